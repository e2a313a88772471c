import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Inventory } from '../domain/inventory.js';

const FROM_WMI = 'null when WMI did not answer';

@ApiSchema({ name: 'InventoryOs' })
export class InventoryOsView {
  @ApiProperty({ example: 'Microsoft Windows 11 Pro' })
  name!: string;

  @ApiProperty({ example: '10.0.22631' })
  version!: string;

  @ApiProperty({ type: 'integer' })
  build!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Grows with each update (UBR)' })
  revision!: number | null;

  @ApiProperty({ example: '23H2' })
  displayVersion!: string;

  @ApiProperty({ enum: ['client', 'server', 'domain-controller'] })
  kind!: string;

  @ApiProperty({ enum: ['x64', 'x86', 'arm64'] })
  architecture!: string;
}

@ApiSchema({ name: 'InventoryMemory' })
export class InventoryMemoryView {
  @ApiProperty({ type: 'integer' })
  totalBytes!: number;

  @ApiProperty({ type: 'integer' })
  freeBytes!: number;
}

@ApiSchema({ name: 'InventoryDisk' })
export class InventoryDiskView {
  @ApiProperty({ example: 'C:\\' })
  name!: string;

  @ApiProperty({ example: 'NTFS' })
  fileSystem!: string;

  @ApiProperty({ type: 'integer' })
  sizeBytes!: number;

  @ApiProperty({ type: 'integer' })
  freeBytes!: number;
}

@ApiSchema({ name: 'Inventory' })
export class InventoryView {
  @ApiProperty({ format: 'date-time' })
  scannedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Its last start, by our clock' })
  bootedAt!: string;

  @ApiProperty({ description: 'The name that it has for itself', example: 'PC-0042' })
  computerName!: string;

  @ApiProperty({ type: InventoryOsView })
  os!: InventoryOsView;

  @ApiProperty({ type: String, nullable: true, description: `Domain or workgroup; ${FROM_WMI}` })
  domain!: string | null;

  @ApiProperty({ description: 'Whether domain is one' })
  isDomainMember!: boolean;

  @ApiProperty({ type: String, nullable: true, description: `The machine's maker; ${FROM_WMI}` })
  manufacturer!: string | null;

  @ApiProperty({ type: String, nullable: true, description: `The machine's model; ${FROM_WMI}` })
  model!: string | null;

  @ApiProperty({ type: InventoryMemoryView, nullable: true, description: FROM_WMI })
  memory!: InventoryMemoryView | null;

  @ApiProperty({ type: [InventoryDiskView], description: 'Fixed disks that can be read' })
  disks!: InventoryDiskView[];

  @ApiProperty({ example: '5.1.22621.4391' })
  powershellVersion!: string;

  @ApiProperty({
    type: [String],
    enum: ['component-servicing', 'windows-update', 'file-rename', 'computer-rename'],
    description: 'Why Windows waits for a restart; empty: it does not',
  })
  pendingReboot!: readonly string[];

  @ApiProperty({ type: [String], description: 'Who had a session', example: ['CORP\\anna'] })
  loggedOnUsers!: readonly string[];

  @ApiProperty({ type: 'integer', description: 'Entries of its software' })
  softwareCount!: number;

  @ApiProperty({ description: 'It has more software than the 5,000 entries that a scan takes' })
  softwareTruncated!: boolean;
}

export function viewOfInventory(inventory: Inventory): InventoryView {
  const { scannedAt, bootedAt, softwareCount, isTruncated, system } = inventory;
  const { users, ...machine } = system;
  return {
    scannedAt,
    bootedAt,
    ...machine,
    loggedOnUsers: users,
    softwareCount,
    softwareTruncated: isTruncated,
  };
}
