import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  type Asset,
  assetStates,
  type AssetState,
  type Authentication,
  tlsPolicies,
  type TlsVerify,
  type Transport,
  transports,
} from '../domain/asset.js';
import type { AssetFacts, AssetOs } from '../domain/asset-facts.js';

@ApiSchema({ name: 'AssetOs' })
export class AssetOsView implements AssetOs {
  @ApiProperty({ example: 'Microsoft Windows 11 Pro' })
  name!: string;

  @ApiProperty({ example: '10.0.22631' })
  version!: string;

  @ApiProperty({ type: 'integer', example: 22631 })
  build!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Grows with each update (UBR)',
    example: 4460,
  })
  revision!: number | null;

  @ApiProperty({ description: 'Empty where Windows has no such name', example: '23H2' })
  displayVersion!: string;

  @ApiProperty({ enum: ['client', 'server', 'domain-controller'] })
  kind!: AssetOs['kind'];

  @ApiProperty({ enum: ['x64', 'x86', 'arm64'] })
  architecture!: AssetOs['architecture'];
}

const KNOWN_INSTANT = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ name: 'Asset' })
export class AssetView implements AssetFacts {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'PC-0042' })
  name!: string;

  @ApiProperty({ example: 'pc-0042.example.com' })
  address!: string;

  @ApiProperty({ type: 'integer', example: 5986 })
  port!: number;

  @ApiProperty({ enum: transports })
  transport!: Transport;

  @ApiProperty({ enum: tlsPolicies })
  tlsVerify!: TlsVerify;

  @ApiProperty({
    type: String,
    nullable: true,
    description: '64 hexadecimal digits; set when tlsVerify is fingerprint',
  })
  tlsFingerprint!: string | null;

  @ApiProperty({ enum: ['negotiate', 'basic'] })
  authentication!: Authentication;

  @ApiProperty({ type: String, nullable: true, example: '00:1a:2b:3c:4d:5e' })
  mac!: string | null;

  @ApiProperty({ type: [String] })
  tags!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  attributes!: Readonly<Record<string, string>>;

  @ApiProperty({ enum: assetStates })
  state!: AssetState;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ type: AssetOsView, nullable: true, description: 'Null until it has been scanned' })
  os!: AssetOsView | null;

  @ApiProperty({ type: String, nullable: true, description: 'The domain that it is a member of' })
  domain!: string | null;

  @ApiProperty({ type: [String], description: 'Who was logged on at the last scan', example: ['CORP\\anna'] })
  loggedOnUsers!: readonly string[];

  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether Windows waited for a restart then' })
  rebootPending!: boolean | null;

  @ApiProperty({ ...KNOWN_INSTANT, description: 'Its last start before the last scan' })
  bootedAt!: string | null;

  @ApiProperty({ ...KNOWN_INSTANT, description: 'When a scan of it last succeeded' })
  lastScanAt!: string | null;

  @ApiProperty({ ...KNOWN_INSTANT, description: 'When it last let a scan or a deployment in' })
  lastSeenAt!: string | null;
}

export function viewOfAsset(asset: Asset, facts: AssetFacts): AssetView {
  const { id, name, address, port, transport, tlsVerify, tlsFingerprint, authentication, mac } = asset;
  const { tags, attributes, state, createdAt, updatedAt } = asset;
  const { os, domain, loggedOnUsers, rebootPending, bootedAt, lastScanAt, lastSeenAt } = facts;
  const connection = { address, port, transport, tlsVerify, tlsFingerprint, authentication };
  const known = { os, domain, loggedOnUsers, rebootPending, bootedAt, lastScanAt, lastSeenAt };
  return { id, name, ...connection, mac, tags, attributes, state, createdAt, updatedAt, ...known };
}
