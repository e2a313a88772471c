import { Body, Delete, Get, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Caller } from '../../access/domain/caller.js';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { IfMatch, IfMatchHeader, type VersionCheck } from '../../http/etag.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import type { PackageParsing } from '../domain/package-file.js';
import { PackagesService } from '../packages.service.js';
import { ParsedChange, ParsedPackage, requirePackage } from './package-body.js';
import { answerCreated, answerPackage, CREATED } from './package-answer.js';
import { PackageFileBody } from './package-file-body.js';
import {
  DuplicateBody,
  PackageFileView,
  PackageQuery,
  PackageSummaryView,
  PackageView,
  viewOfSummary,
} from './packages.dto.js';

const PackagePage = pageOf(PackageSummaryView);
const ID = "The package's id";

/** `/packages`: reading for all, changes for authors. */
@ApiController('packages', 'Packages')
@ApiExtraModels(PackageFileView, PackageView, PackageSummaryView, PackagePage)
export class PackagesController {
  constructor(@Inject(PackagesService) private readonly packages: PackagesService) {}

  @Post()
  @RequireRole('author')
  @Idempotent()
  @PackageFileBody()
  @Operation({
    summary: 'Create a package',
    details:
      'The body is the package file, as JSON or YAML. Defaults are filled in, and warnings are answered.',
    answer: CREATED,
    problems: [
      'malformed-json',
      'malformed-yaml',
      'validation-failed',
      'duplicate-name',
      'idempotency-key-reused',
    ],
  })
  async create(
    @ParsedPackage() parsing: PackageParsing,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PackageView> {
    return answerCreated(await this.packages.create(requirePackage(parsing), caller), response);
  }

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'List packages',
    details:
      'Sorts by name (default), createdAt or updatedAt. Drafts and archived packages are listed only with state=draft and state=archived.',
    answer: { status: 200, description: 'A page of packages, without their steps', type: PackagePage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: PackageQuery): Promise<Page<PackageSummaryView>> {
    return mapPage(
      await this.packages.list(Object.assign(query, { state: query.state ?? 'active' })),
      viewOfSummary,
    );
  }

  @Get(':id')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'Read a package at its newest revision',
    answer: {
      status: 200,
      description: 'The package',
      type: PackageView,
      headers: { ETag: 'The revision, for If-Match' },
    },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<PackageView> {
    return answerPackage(await this.packages.get(id), response);
  }

  @Put(':id')
  @RequireRole('author')
  @IdParam(ID)
  @IfMatchHeader()
  @PackageFileBody()
  @Operation({
    summary: 'Save a package as a new revision',
    details:
      'The body is the whole package file; what GET added to it (id, revision and so on) may stay in and is not read. A file that says the same as the newest revision saves nothing. A draft becomes active.',
    answer: {
      status: 200,
      description: 'The package as it is now',
      type: PackageView,
      headers: { ETag: 'The new revision' },
    },
    problems: [
      'malformed-json',
      'malformed-yaml',
      'not-found',
      'archived',
      'validation-failed',
      'duplicate-name',
      'precondition-required',
      'precondition-failed',
    ],
  })
  async save(
    @Param('id') id: string,
    @ParsedChange() parsing: PackageParsing,
    @CurrentCaller() caller: Caller,
    @IfMatch() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PackageView> {
    return answerPackage(await this.packages.save(id, requirePackage(parsing), { caller, check }), response);
  }

  @Delete(':id')
  @RequireRole('author')
  @IdParam(ID)
  @IfMatchHeader()
  @Operation({
    summary: 'Archive a package',
    details: 'Its revisions and runs stay readable, no new deployment takes it, and its name is free again.',
    answer: { status: 204, description: 'Archived' },
    problems: ['not-found', 'precondition-required', 'precondition-failed'],
  })
  async archive(@Param('id') id: string, @IfMatch() check: VersionCheck): Promise<void> {
    await this.packages.archive(id, check);
  }

  @Post(':id/duplicate')
  @RequireRole('author')
  @Idempotent()
  @IdParam(ID)
  @Operation({
    summary: 'Make a new package of an existing one',
    answer: CREATED,
    problems: [
      'malformed-json',
      'not-found',
      'validation-failed',
      'duplicate-name',
      'idempotency-key-reused',
    ],
  })
  async duplicate(
    @Param('id') id: string,
    @Body() body: DuplicateBody,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PackageView> {
    return answerCreated(await this.packages.duplicate(id, body.name, caller), response);
  }
}
