import { Body, Delete, Get, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { etagOf, IfMatch, IfMatchHeader, type VersionCheck } from '../../http/etag.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { ListQuery, pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import type { Group } from '../domain/group.js';
import { GroupsService } from '../groups.service.js';
import {
  GroupAssetView,
  GroupQuery,
  GroupSummaryView,
  GroupView,
  NewGroupBody,
  PreviewBody,
  PreviewView,
  viewOfGroup,
  viewOfGroupAsset,
  viewOfGroupSummary,
} from './groups.dto.js';

const GroupPage = pageOf(GroupSummaryView);
const MemberPage = pageOf(GroupAssetView);
const ID = "The group's id";
const CHANGED = {
  status: 200,
  description: 'The group as it is now',
  type: GroupView,
  headers: { ETag: 'For If-Match' },
};

/** `/groups`: reading for all, changes for authors. */
@ApiController('groups', 'Groups')
@ApiExtraModels(GroupView, GroupSummaryView, GroupPage, PreviewView, GroupAssetView, MemberPage)
export class GroupsController {
  constructor(@Inject(GroupsService) private readonly groups: GroupsService) {}

  @Post()
  @RequireRole('author')
  @Idempotent()
  @Operation({
    summary: 'Make a group',
    answer: {
      ...CHANGED,
      status: 201,
      description: 'The group',
      headers: { Location: 'The path of the group', ETag: 'For If-Match' },
    },
    problems: ['malformed-json', 'validation-failed', 'duplicate-name', 'idempotency-key-reused'],
  })
  async create(
    @Body() body: NewGroupBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GroupView> {
    const group = await this.groups.create(body);
    response.location(`/api/v1/groups/${group.id}`);
    return this.#answer(group, response);
  }

  @Post('preview')
  @RequireRole('viewer')
  @Operation({
    summary: 'Try a filter',
    details:
      'Counts the active assets that it finds, names the first 50, says it in English. Stores nothing.',
    answer: { status: 200, description: 'What the filter finds', type: PreviewView },
    problems: ['malformed-json', 'validation-failed'],
  })
  async preview(@Body() body: PreviewBody): Promise<PreviewView> {
    return this.groups.preview(body.filter);
  }

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'List groups',
    details: 'Sorts by name (default), createdAt or updatedAt.',
    answer: { status: 200, description: 'A page of groups, without their assets', type: GroupPage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: GroupQuery): Promise<Page<GroupSummaryView>> {
    return mapPage(await this.groups.list(query), viewOfGroupSummary);
  }

  @Get(':id')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'Read a group',
    answer: { ...CHANGED, description: 'The group' },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<GroupView> {
    return this.#answer(await this.groups.get(id), response);
  }

  @Get(':id/assets')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'List the active assets that a group holds now, in brief',
    details: 'Sorts by name (default), address, createdAt or updatedAt.',
    answer: { status: 200, description: 'A page of assets', type: MemberPage },
    problems: ['not-found', 'invalid-query'],
  })
  async assets(@Param('id') id: string, @Query() query: ListQuery): Promise<Page<GroupAssetView>> {
    return mapPage(await this.groups.page(await this.groups.get(id), query), viewOfGroupAsset);
  }

  @Put(':id')
  @RequireRole('author')
  @IdParam(ID)
  @IfMatchHeader()
  @Operation({
    summary: 'Replace a group',
    details: 'Fields left out get their defaults. Deployments that were ordered before keep their assets.',
    answer: CHANGED,
    problems: [
      'malformed-json',
      'not-found',
      'validation-failed',
      'duplicate-name',
      'precondition-required',
      'precondition-failed',
    ],
  })
  async replace(
    @Param('id') id: string,
    @Body() body: NewGroupBody,
    @IfMatch() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GroupView> {
    return this.#answer(await this.groups.replace(id, body, check), response);
  }

  @Delete(':id')
  @RequireRole('author')
  @IdParam(ID)
  @IfMatchHeader()
  @Operation({
    summary: 'Remove a group',
    details: 'Its assets stay.',
    answer: { status: 204, description: 'Removed' },
    problems: ['not-found', 'precondition-required', 'precondition-failed'],
  })
  async remove(@Param('id') id: string, @IfMatch() check: VersionCheck): Promise<void> {
    await this.groups.remove(id, check);
  }

  async #answer(group: Group, response: Response): Promise<GroupView> {
    response.setHeader('ETag', etagOf(group.updatedAt));
    return viewOfGroup(group, await this.groups.detail(group));
  }
}
