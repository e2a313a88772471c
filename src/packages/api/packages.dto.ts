import { ApiProperty, type ApiPropertyOptions, ApiSchema } from '@nestjs/swagger';
import { FaultView } from '../../http/problem.view.js';
import { NameField, QueryNumberField, TextField, WordField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import type { Fault } from '../../shared/errors.js';
import type { NotUnderstood } from '../domain/lansweeper/element-reader.js';
import { IMPORT_FORMATS, type PackageImport } from '../domain/package-import.js';
import { type PackageParsing } from '../domain/package-file.js';
import { packageJsonSchema } from '../domain/package-schema.js';
import {
  type PackageState,
  packageStates,
  type PackageSummary,
  type StoredRevision,
} from '../domain/stored-package.js';
import type { PackageWithContent } from '../packages.service.js';

/** The package file for the OpenAPI document; its fields come from the one JSON Schema. */
@ApiSchema({
  name: 'PackageFile',
  description: 'Also as YAML, and as a JSON Schema at /api/v1/schemas/package.json',
})
// oxlint-disable-next-line typescript/no-extraneous-class -- its fields are added below
export class PackageFileView {}

/** A package: its file, and what we add to it. */
@ApiSchema({ name: 'Package' })
export class PackageView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'integer', description: 'Rises by one with each saved change', example: 3 })
  revision!: number;

  @ApiProperty({ enum: packageStates })
  state!: PackageState;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ description: 'Who saved this revision', example: 'alice (key ServiceNow)' })
  createdBy!: string;

  @ApiProperty({ type: [FaultView], description: 'What is allowed but probably not meant' })
  warnings!: readonly Fault[];
}

describePackageFile(PackageFileView);
describePackageFile(PackageView);

function describePackageFile(view: new () => object): void {
  const { properties = {}, required = [] } = packageJsonSchema() as {
    properties?: Record<string, ApiPropertyOptions>;
    required?: string[];
  };
  for (const [name, schema] of Object.entries(properties)) {
    const described = { ...withReferences(schema), required: required.includes(name) } as ApiPropertyOptions;
    ApiProperty(described)(view.prototype, name);
  }
}

/** Within this document, what the schema defines once (`$defs`) is a reference to the schema at its own address. */
function withReferences(schema: ApiPropertyOptions): object {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/', '"/api/v1/schemas/package.json#/$defs/'),
  ) as object;
}

@ApiSchema({ name: 'PackageSummary' })
export class PackageSummaryView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: '7-Zip 24.09' })
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ type: 'integer', example: 3 })
  revision!: number;

  @ApiProperty({ enum: packageStates })
  state!: PackageState;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

@ApiSchema({ name: 'PackageRevision' })
export class RevisionView {
  @ApiProperty({ type: 'integer', example: 3 })
  revision!: number;

  @ApiProperty({ description: 'The name that this revision gave the package' })
  name!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ example: 'alice (key ServiceNow)' })
  createdBy!: string;
}

@ApiSchema({ name: 'PackageValidation' })
export class PackageValidationView {
  @ApiProperty({ description: 'Whether the package could be stored' })
  valid!: boolean;

  @ApiProperty({ type: [FaultView] })
  errors!: readonly Fault[];

  @ApiProperty({ type: [FaultView] })
  warnings!: readonly Fault[];
}

@ApiSchema({ name: 'PackageDuplicate' })
export class DuplicateBody {
  @NameField({
    description: 'The name of the new package; "Copy of ..." when left out',
    optional: true,
    example: '7-Zip 24.10',
  })
  name?: string;
}

@ApiSchema({ name: 'NotUnderstood' })
export class NotUnderstoodView {
  @ApiProperty({ description: 'Where it stands in the file', example: '/Package/Steps/Step[2]/Priority' })
  path!: string;

  @ApiProperty()
  detail!: string;
}

@ApiSchema({ name: 'PackageImport', description: 'Where an imported package came from' })
export class PackageImportView {
  @ApiProperty({ enum: IMPORT_FORMATS })
  format!: PackageImport['format'];

  @ApiProperty({ format: 'date-time' })
  importedAt!: string;

  @ApiProperty({ example: 'alice (key ServiceNow)' })
  importedBy!: string;

  @ApiProperty({ type: [NotUnderstoodView], description: 'What was left out of the package' })
  notUnderstood!: readonly NotUnderstood[];
}

export class PackageQuery extends ListQuery {
  @TextField({ description: 'Part of the name', optional: true, maxLength: 255 })
  q?: string;

  @TextField({ description: 'The whole name, whatever the case', optional: true, maxLength: 255 })
  name?: string;

  @WordField({
    description: 'Its state; drafts and archived packages are listed only when asked for',
    optional: true,
    words: packageStates,
    default: 'active',
  })
  state?: PackageState;
}

export class ExportQuery {
  @WordField({
    description: 'The form of the file',
    optional: true,
    words: ['yaml', 'json'],
    default: 'yaml',
  })
  format?: 'yaml' | 'json';

  @QueryNumberField({ description: 'The revision; the newest when left out', min: 1, max: 1_000_000_000 })
  revision?: number;
}

export function viewOfPackage(found: PackageWithContent, warnings: readonly Fault[]): PackageView & object {
  const { summary, stored } = found;
  const { id, state, createdAt } = summary;
  return {
    id,
    revision: stored.revision,
    state,
    createdAt,
    updatedAt: stored.createdAt,
    createdBy: stored.createdBy,
    warnings,
    ...stored.package,
  };
}

export function viewOfSummary(summary: PackageSummary): PackageSummaryView {
  const { id, name, description, revision, state, createdAt, updatedAt } = summary;
  return { id, name, description, revision, state, createdAt, updatedAt };
}

export function viewOfImport({
  format,
  importedAt,
  importedBy,
  notUnderstood,
}: PackageImport): PackageImportView {
  return { format, importedAt, importedBy, notUnderstood };
}

export function viewOfRevision(stored: StoredRevision): RevisionView {
  const { revision, createdAt, createdBy } = stored;
  return { revision, name: stored.package.name, createdAt, createdBy };
}

export function viewOfValidation(parsing: PackageParsing): PackageValidationView {
  return { valid: parsing.ok, errors: parsing.ok ? [] : parsing.faults, warnings: parsing.warnings };
}
