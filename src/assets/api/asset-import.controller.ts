import { Inject, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiQuery } from '@nestjs/swagger';
import { ApiController, Operation } from '../../http/controller.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { RequireRole } from '../../http/require-role.js';
import { AssetImports } from '../asset-imports.service.js';
import { type ArrivedFile, AssetFile, AssetFileBody, assetsOf } from './asset-import-body.js';
import {
  AssetImportView,
  ImportedAssetView,
  ImportNoteView,
  ImportQuery,
  viewOfAssetImport,
} from './asset-import.dto.js';

/** `/assets/import`: many assets at once. */
@ApiController('assets/import', 'Assets')
@ApiExtraModels(AssetImportView, ImportedAssetView, ImportNoteView)
export class AssetImportController {
  constructor(@Inject(AssetImports) private readonly imports: AssetImports) {}

  @Post()
  @RequireRole('administrator')
  @Idempotent()
  @AssetFileBody()
  @ApiQuery({ name: 'dryRun', required: false, schema: { type: 'boolean', default: false } })
  @Operation({
    summary: 'Import assets',
    details:
      'Registers the assets of a file and changes those that are there under the same name; what the file does not say stays. All of it or nothing: a file with a fault is refused with the faults of all its lines, whose pointers begin with the number of the line. The same file again changes nothing.',
    answer: { status: 200, description: 'What was imported, or would be', type: AssetImportView },
    problems: [
      'invalid-query',
      'unsupported-media-type',
      'body-too-large',
      'validation-failed',
      'idempotency-key-reused',
    ],
  })
  async import(@AssetFile() file: ArrivedFile, @Query() query: ImportQuery): Promise<AssetImportView> {
    const dryRun = query.dryRun === true;
    const { assets, notes } = await assetsOf(file);
    return viewOfAssetImport(await this.imports.import(assets, { dryRun }), notes, dryRun);
  }
}
