import { Body, Delete, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { etagOf, IfMatchHeader, IfMatchWhenSent, type VersionCheck } from '../../http/etag.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import type { PackageShare } from '../domain/package-share.js';
import { SharesService } from '../shares.service.js';
import {
  ShareChangeBody,
  shareChangeOf,
  ShareQuery,
  ShareView,
  NewShareBody,
  newShareOf,
  viewOfShare,
} from './shares.dto.js';

const SharePage = pageOf(ShareView);
const ID = "The share's id";

/** `/shares`: administrators only. */
@ApiController('shares', 'Shares')
@ApiExtraModels(ShareView, SharePage)
@RequireRole('administrator')
export class SharesController {
  constructor(@Inject(SharesService) private readonly shares: SharesService) {}

  @Post()
  @Operation({
    summary: 'Set up a package share',
    details:
      '{PackageShare} stands for its path on the assets that use it. Of several shares the one with the smallest address range that holds the asset is used, otherwise the default one.',
    answer: {
      status: 201,
      description: 'The share',
      type: ShareView,
      headers: { Location: 'The path of the share', ETag: 'For If-Match' },
    },
    problems: ['malformed-json', 'validation-failed', 'duplicate-name'],
  })
  async create(
    @Body() body: NewShareBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShareView> {
    const share = await this.shares.create(newShareOf(body));
    response.location(`/api/v1/shares/${share.id}`);
    return answer(share, response);
  }

  @Get()
  @Operation({
    summary: 'List package shares',
    details: 'Sorts by name (default) or createdAt.',
    answer: { status: 200, description: 'A page of shares', type: SharePage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: ShareQuery): Promise<Page<ShareView>> {
    return mapPage(await this.shares.list(query), viewOfShare);
  }

  @Get(':id')
  @IdParam(ID)
  @Operation({
    summary: 'Read a share',
    answer: { status: 200, description: 'The share', type: ShareView },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<ShareView> {
    return answer(await this.shares.get(id), response);
  }

  @Patch(':id')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Change some fields of a share',
    details:
      'Fields left out stay. Runs that were ordered before keep the path that they were compiled with.',
    answer: { status: 200, description: 'The share as it is now', type: ShareView },
    problems: ['malformed-json', 'not-found', 'validation-failed', 'duplicate-name', 'precondition-failed'],
  })
  async change(
    @Param('id') id: string,
    @Body() body: ShareChangeBody,
    @IfMatchWhenSent() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShareView> {
    return answer(await this.shares.change(id, shareChangeOf(body), check), response);
  }

  @Delete(':id')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Remove a share',
    details:
      'Runs that were ordered before keep its path; those that need its credential end as blocked when they start.',
    answer: { status: 204, description: 'Removed' },
    problems: ['not-found', 'precondition-failed'],
  })
  async remove(@Param('id') id: string, @IfMatchWhenSent() check: VersionCheck): Promise<void> {
    await this.shares.remove(id, check);
  }
}

function answer(share: PackageShare, response: Response): ShareView {
  response.setHeader('ETag', etagOf(share.updatedAt));
  return viewOfShare(share);
}
