import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { TextField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import type { InstalledSoftware, SoftwareTitle } from '../domain/inventory.js';

export class SoftwareQuery extends ListQuery {
  @TextField({ description: 'Part of the name, whatever the case', optional: true, maxLength: 255 })
  q?: string;

  @TextField({ description: 'The whole name', optional: true, maxLength: 255 })
  name?: string;

  @TextField({ description: 'The whole version', optional: true, maxLength: 100 })
  version?: string;

  @TextField({ description: 'The whole publisher', optional: true, maxLength: 255 })
  publisher?: string;

  @TextField({
    description: 'The product code, in capitals and braces',
    optional: true,
    maxLength: 38,
    example: '{23170F69-40C1-2702-2409-000001000000}',
  })
  productCode?: string;
}

const PRODUCT_CODE = {
  type: String,
  nullable: true,
  description: 'Of a product of Windows Installer: what an msi-uninstaller takes',
  example: '{23170F69-40C1-2702-2409-000001000000}',
} as const;

@ApiSchema({ name: 'InstalledSoftware' })
export class InstalledSoftwareView {
  @ApiProperty({ example: '7-Zip 24.09 (x64 edition)' })
  name!: string;

  @ApiProperty({ example: '24.09.00.0' })
  version!: string;

  @ApiProperty({ example: 'Igor Pavlov' })
  publisher!: string;

  @ApiProperty(PRODUCT_CODE)
  productCode!: string | null;

  @ApiProperty({ example: 'MsiExec.exe /I{23170F69-40C1-2702-2409-000001000000}' })
  uninstallCommand!: string;

  @ApiProperty({ enum: ['machine', 'user'], description: 'For all users, or for one' })
  scope!: 'machine' | 'user';

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Whose it is, of scope user',
    example: 'CORP\\anna',
  })
  user!: string | null;

  @ApiProperty({ type: String, enum: ['x64', 'x86'], nullable: true, description: 'The registry view' })
  view!: 'x64' | 'x86' | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  installedOn!: string | null;
}

@ApiSchema({ name: 'SoftwareTitle' })
export class SoftwareTitleView {
  @ApiProperty({ example: '7-Zip 24.09 (x64 edition)' })
  name!: string;

  @ApiProperty({ example: '24.09.00.0' })
  version!: string;

  @ApiProperty({ example: 'Igor Pavlov' })
  publisher!: string;

  @ApiProperty(PRODUCT_CODE)
  productCode!: string | null;

  @ApiProperty({ type: 'integer', description: 'On how many assets it is, retired ones among them' })
  assetCount!: number;
}

export function viewOfInstalled(software: InstalledSoftware): InstalledSoftwareView {
  const { name, version, publisher, productCode, uninstallCommand, user, view, installedOn } = software;
  const scope = user === null ? 'machine' : 'user';
  return { name, version, publisher, productCode, uninstallCommand, scope, user, view, installedOn };
}

export function viewOfTitle(title: SoftwareTitle): SoftwareTitleView {
  const { name, version, publisher, productCode, assetCount } = title;
  return { name, version, publisher, productCode, assetCount };
}
