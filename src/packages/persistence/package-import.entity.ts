import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, JsonColumn, TextColumn, WordColumn } from '../../database/columns.js';
import type { PackageId } from '../../shared/ids.js';
import type { NotUnderstood } from '../domain/lansweeper/element-reader.js';
import type { PackageImport } from '../domain/package-import.js';

/** What a package was made from, under the package's id. Inserted with it and never changed. */
@Entity('package_import')
export class PackageImportRow implements PackageImport {
  @IdColumn()
  id!: PackageId;

  @WordColumn()
  format!: PackageImport['format'];

  @TextColumn()
  source!: string;

  @JsonColumn()
  notUnderstood!: readonly NotUnderstood[];

  @InstantColumn()
  importedAt!: string;

  @WordColumn({ length: 600 })
  importedBy!: string;
}
