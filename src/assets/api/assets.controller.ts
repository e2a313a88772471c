import { Body, Delete, Get, Inject, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Caller } from '../../access/domain/caller.js';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { etagOf, IfMatchHeader, IfMatchWhenSent, type VersionCheck } from '../../http/etag.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { AssetsService } from '../assets.service.js';
import type { Asset } from '../domain/asset.js';
import { AssetOsView, AssetView, viewOfAsset } from './asset-view.dto.js';
import { assetListOf, AssetChangeBody, AssetQuery, NewAssetBody } from './assets.dto.js';

const AssetPage = pageOf(AssetView);
const ID = "The asset's id";
const CHANGED = {
  status: 200,
  description: 'The asset as it is now',
  type: AssetView,
  headers: { ETag: 'For If-Match' },
};

/** `/assets`: reading for all, tags and attributes for authors, the connection for administrators. */
@ApiController('assets', 'Assets')
@ApiExtraModels(AssetView, AssetOsView, AssetPage)
export class AssetsController {
  constructor(@Inject(AssetsService) private readonly assets: AssetsService) {}

  @Post()
  @RequireRole('administrator')
  @Idempotent()
  @Operation({
    summary: 'Register an asset',
    answer: {
      status: 201,
      description: 'The asset',
      type: AssetView,
      headers: { Location: 'The path of the asset', ETag: 'For If-Match' },
    },
    problems: ['malformed-json', 'validation-failed', 'duplicate-name', 'idempotency-key-reused'],
  })
  async create(
    @Body() body: NewAssetBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AssetView> {
    const asset = await this.assets.create(body);
    response.location(`/api/v1/assets/${asset.id}`);
    return this.#answer(asset, response);
  }

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'List assets',
    details: 'Sorts by name (default), address, createdAt or updatedAt. Several filters narrow together.',
    answer: { status: 200, description: 'A page of assets', type: AssetPage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: AssetQuery): Promise<Page<AssetView>> {
    const page = await this.assets.list(assetListOf(query));
    const factsOf = await this.assets.factsOf(page.items);
    return mapPage(page, (asset) => viewOfAsset(asset, factsOf(asset)));
  }

  @Get(':id')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'Read an asset',
    answer: { status: 200, description: 'The asset', type: AssetView, headers: { ETag: 'For If-Match' } },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<AssetView> {
    return this.#answer(await this.assets.get(id), response);
  }

  @Put(':id')
  @RequireRole('administrator')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Replace an asset',
    details: 'Fields left out get their defaults.',
    answer: CHANGED,
    problems: ['malformed-json', 'not-found', 'validation-failed', 'duplicate-name', 'precondition-failed'],
  })
  async replace(
    @Param('id') id: string,
    @Body() body: NewAssetBody,
    @IfMatchWhenSent() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AssetView> {
    return this.#answer(await this.assets.replace(id, body, check), response);
  }

  @Patch(':id')
  @RequireRole('author')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Change some fields of an asset',
    details:
      'Fields left out stay. Authors may change tags, attributes, mac and state; the name and everything about the connection need an administrator.',
    answer: CHANGED,
    problems: ['malformed-json', 'not-found', 'validation-failed', 'duplicate-name', 'precondition-failed'],
  })
  async change(
    @Param('id') id: string,
    @Body() body: AssetChangeBody,
    @CurrentCaller() caller: Caller,
    @IfMatchWhenSent() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AssetView> {
    return this.#answer(await this.assets.change(id, body, { caller, check }), response);
  }

  @Delete(':id')
  @RequireRole('administrator')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Remove an asset',
    details: 'An asset that runs or other records refer to is retired instead, so that they keep its name.',
    answer: { status: 204, description: 'Removed or retired' },
    problems: ['not-found', 'precondition-failed'],
  })
  async remove(@Param('id') id: string, @IfMatchWhenSent() check: VersionCheck): Promise<void> {
    await this.assets.remove(id, check);
  }

  async #answer(asset: Asset, response: Response): Promise<AssetView> {
    response.setHeader('ETag', etagOf(asset.updatedAt));
    const factsOf = await this.assets.factsOf([asset]);
    return viewOfAsset(asset, factsOf(asset));
  }
}
