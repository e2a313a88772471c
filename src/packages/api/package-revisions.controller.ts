import { Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { ListQuery, pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { NotFoundError } from '../../shared/errors.js';
import { formatPackage } from '../domain/package-text.js';
import { PackagesService } from '../packages.service.js';
import { answerPackage } from './package-answer.js';
import { ExportQuery, PackageView, RevisionView, viewOfRevision } from './packages.dto.js';

const RevisionPage = pageOf(RevisionView);
const ID = "The package's id";
const MEDIA_TYPES = { yaml: 'application/yaml', json: 'application/json' } as const;

/** `/packages/{id}/revisions` and `/export`: what was saved, as it was saved. */
@ApiController('packages/:id', 'Packages')
@ApiExtraModels(RevisionView, RevisionPage)
@RequireRole('viewer')
export class PackageRevisionsController {
  constructor(@Inject(PackagesService) private readonly packages: PackagesService) {}

  @Get('revisions')
  @IdParam(ID)
  @Operation({
    summary: 'List the revisions of a package',
    details: 'Sorts by revision; the newest comes first unless sort=revision.',
    answer: { status: 200, description: 'A page of revisions, without their content', type: RevisionPage },
    problems: ['not-found', 'invalid-query'],
  })
  async list(@Param('id') id: string, @Query() query: ListQuery): Promise<Page<RevisionView>> {
    return mapPage(await this.packages.listRevisions(id, query), viewOfRevision);
  }

  @Get('revisions/:revision')
  @IdParam(ID)
  @IdParam("The revision's number", 'revision')
  @Operation({
    summary: 'Read a revision of a package',
    answer: { status: 200, description: 'The package as it was saved then', type: PackageView },
    problems: ['not-found'],
  })
  async get(
    @Param('id') id: string,
    @Param('revision') revision: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PackageView> {
    return answerPackage(await this.packages.get(id, revisionNumber(revision)), response);
  }

  @Get('export')
  @IdParam(ID)
  @Operation({
    summary: 'Export a package as a file',
    details: 'YAML, or JSON with format=json. Importing the file again makes an equal package.',
    answer: {
      status: 200,
      description: 'The package file',
      mediaType: 'application/yaml',
      schema: { type: 'string' },
    },
    problems: ['not-found', 'invalid-query'],
  })
  async export(
    @Param('id') id: string,
    @Query() query: ExportQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { stored } = await this.packages.get(id, query.revision);
    const format = query.format ?? 'yaml';
    response.attachment(`${stored.package.name}.${format}`);
    response.type(MEDIA_TYPES[format]).send(formatPackage(stored.package, format));
  }
}

function revisionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new NotFoundError(`There is no revision ${text}: revisions are numbers from 1`);
}
