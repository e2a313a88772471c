import { Body, Delete, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { ListQuery, pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { KeysService } from '../keys.service.js';
import { IssuedKeyView, KeyView, NewKeyBody, viewOfIssuedKey, viewOfKey } from './keys.dto.js';

const KeyPage = pageOf(KeyView);

/** `/keys`: administrators only. */
@ApiController('keys', 'Keys')
@ApiExtraModels(KeyView, IssuedKeyView, KeyPage)
@RequireRole('administrator')
export class KeysController {
  constructor(@Inject(KeysService) private readonly keys: KeysService) {}

  @Post()
  @Operation({
    summary: 'Make an API key',
    details:
      'The answer shows the key, once. Idempotency-Key is not honoured here, because answers that hold a secret are not kept.',
    answer: {
      status: 201,
      description: 'The key and its secret',
      type: IssuedKeyView,
      headers: { Location: 'The path of the key' },
    },
    problems: ['malformed-json', 'validation-failed'],
  })
  async create(
    @Body() body: NewKeyBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<IssuedKeyView> {
    const issued = await this.keys.issue(body);
    response.location(`/api/v1/keys/${issued.key.id}`);
    return viewOfIssuedKey(issued);
  }

  @Get()
  @Operation({
    summary: 'List API keys',
    details: 'Sorts by createdAt, name or owner. Revoked keys stay in the list.',
    answer: { status: 200, description: 'A page of keys, without secrets', type: KeyPage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: ListQuery): Promise<Page<KeyView>> {
    return mapPage(await this.keys.list(query), viewOfKey);
  }

  @Get(':id')
  @IdParam("The key's id")
  @Operation({
    summary: 'Read an API key',
    answer: { status: 200, description: 'The key, without its secret', type: KeyView },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string): Promise<KeyView> {
    return viewOfKey(await this.keys.get(id));
  }

  @Delete(':id')
  @IdParam("The key's id")
  @Operation({
    summary: 'Revoke an API key',
    details:
      'Takes effect at once, also for sessions opened with it. The key stays in the list with revokedAt.',
    answer: { status: 204, description: 'Revoked' },
    problems: ['not-found', 'last-administrator'],
  })
  async revoke(@Param('id') id: string): Promise<void> {
    await this.keys.revoke(id);
  }
}
