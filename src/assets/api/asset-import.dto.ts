import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { QueryFlagField } from '../../http/fields.js';
import type { ImportAction, ImportResult } from '../asset-imports.service.js';
import type { ImportNote } from '../domain/import/imported-line.js';

export class ImportQuery {
  @QueryFlagField({ description: 'Checks everything and stores nothing', default: false })
  dryRun?: boolean;
}

@ApiSchema({ name: 'ImportedAsset' })
export class ImportedAssetView {
  @ApiProperty({ type: 'integer', description: 'Where it begins in the file, from 1' })
  line!: number;

  @ApiProperty({ example: 'PC-0042' })
  name!: string;

  @ApiProperty({ enum: ['created', 'changed'] })
  action!: ImportAction;
}

@ApiSchema({ name: 'ImportNote' })
export class ImportNoteView {
  @ApiProperty({ type: 'integer' })
  line!: number;

  @ApiProperty({ example: 'web01 is left out: its connection is ssh, not winrm' })
  detail!: string;
}

@ApiSchema({ name: 'AssetImport' })
export class AssetImportView {
  @ApiProperty({ description: 'Nothing was stored' })
  dryRun!: boolean;

  @ApiProperty({ type: 'integer' })
  created!: number;

  @ApiProperty({ type: 'integer' })
  changed!: number;

  @ApiProperty({ type: 'integer', description: 'Assets that were as the file says already' })
  unchanged!: number;

  @ApiProperty({ type: [ImportedAssetView], description: 'Those that were created or changed' })
  assets!: readonly ImportedAssetView[];

  @ApiProperty({ type: [ImportNoteView], description: 'What of the file was left out' })
  notes!: readonly ImportNoteView[];
}

export function viewOfAssetImport(
  results: readonly ImportResult[],
  notes: readonly ImportNote[],
  dryRun: boolean,
): AssetImportView {
  const count = (action: ImportAction) => results.filter((result) => result.action === action).length;
  const touched = results.filter(({ action }) => action !== 'unchanged');
  return {
    dryRun,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    assets: touched.map(({ line, name, action }) => ({ line, name, action })),
    notes,
  };
}
