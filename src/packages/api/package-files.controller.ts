import { Get, Inject, Post, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Caller } from '../../access/domain/caller.js';
import { ApiController, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { Public, RequireRole } from '../../http/require-role.js';
import type { PackageArrival } from '../domain/package-import.js';
import { packageJsonSchema } from '../domain/package-schema.js';
import { PackagesService } from '../packages.service.js';
import { answerCreated, CREATED } from './package-answer.js';
import { ArrivedPackage, requirePackage } from './package-body.js';
import { PackageFileBody } from './package-file-body.js';
import { PackageValidationView, PackageView, viewOfValidation } from './packages.dto.js';

/** Package files on their way in: `/packages/import`, `/packages/validate`, and their schema. */
@ApiController('', 'Packages')
@ApiExtraModels(PackageValidationView)
export class PackageFilesController {
  constructor(@Inject(PackagesService) private readonly packages: PackagesService) {}

  @Post('packages/import')
  @RequireRole('author')
  @Idempotent()
  @PackageFileBody('application/xml')
  @Operation({
    summary: 'Import a package file',
    details:
      'Takes Winch package files in JSON or YAML, as export writes them. As application/xml it takes a package of Lansweeper (experimental): that becomes a draft, which no deployment takes until it is saved, with what was not understood among its warnings.',
    answer: CREATED,
    problems: [
      'malformed-json',
      'malformed-yaml',
      'validation-failed',
      'duplicate-name',
      'idempotency-key-reused',
    ],
  })
  async import(
    @ArrivedPackage() { parsing, foreign }: PackageArrival,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PackageView> {
    const content = requirePackage(parsing);
    if (foreign === null) return answerCreated(await this.packages.create(content, caller), response);
    const draft = await this.packages.createDraft(content, foreign, caller);
    return answerCreated(draft, response, parsing.warnings);
  }

  @Post('packages/validate')
  @RequireRole('viewer')
  @PackageFileBody('application/xml')
  @Operation({
    summary: 'Check a package file',
    details: 'Answers every fault and warning with its JSON Pointer, and stores nothing.',
    answer: { status: 200, description: 'What is wrong with it, if anything', type: PackageValidationView },
    problems: ['malformed-json'],
  })
  validate(@ArrivedPackage() { parsing }: PackageArrival): PackageValidationView {
    return viewOfValidation(parsing);
  }

  @Get('schemas/package.json')
  @Public()
  @Operation({
    summary: 'Read the JSON Schema of package files',
    details: 'For editors; open to all.',
    answer: {
      status: 200,
      description: 'JSON Schema, draft 2020-12',
      mediaType: 'application/schema+json',
      schema: { type: 'object' },
    },
  })
  schema(@Res() response: Response): void {
    response.type('application/schema+json').send(JSON.stringify(packageJsonSchema(), null, 2));
  }
}
