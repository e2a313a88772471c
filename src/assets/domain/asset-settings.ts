import type { Fault } from '../../shared/errors.js';
import { isId } from '../../shared/ids.js';
import { isAddress, normalizeFingerprint, normalizeMac } from './address.js';
import {
  type Asset,
  type Authentication,
  type authentications,
  type Connection,
  defaultPort,
} from './asset.js';

/** What a client may set, each field checked on its own already. Missing fields stay as they are or get their default. */
export type AssetSettings = Partial<
  Omit<Asset, 'id' | 'createdAt' | 'updatedAt' | 'authentication'> & {
    readonly authentication: (typeof authentications)[number];
  }
>;

/** The fields of an asset that settings decide. */
export type AssetContent = Omit<Asset, 'id' | 'createdAt' | 'updatedAt'>;

export type Completed =
  | { readonly ok: true; readonly content: AssetContent }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The fields that only an administrator may change (DESIGN section 10), and the name, by which others aim at it. */
const ADMINISTRATORS_FIELDS = [
  'name',
  'address',
  'port',
  'transport',
  'tlsVerify',
  'tlsFingerprint',
  'authentication',
] as const satisfies readonly (keyof AssetSettings)[];

/** Whether a change touches what only an administrator may touch. */
export function needsAdministrator(change: AssetSettings): boolean {
  return ADMINISTRATORS_FIELDS.some((field) => change[field] !== undefined);
}

const NEW: Omit<AssetContent, 'name' | 'address' | 'port'> = {
  transport: 'https',
  tlsVerify: 'full',
  tlsFingerprint: null,
  authentication: 'negotiate',
  mac: null,
  tags: [],
  attributes: {},
  state: 'active',
};

/**
 * Applies settings to an asset as it is, or to a new one, and checks the rules that concern several fields. The
 * address defaults to the name, the port to that of the transport.
 */
export function completeAsset(settings: AssetSettings, present?: AssetContent): Completed {
  const given = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as AssetSettings;
  const base = { ...NEW, name: '', ...present, ...given };
  const address = given.address ?? present?.address ?? base.name;
  const merged = { ...base, address, port: portOf(given, present, base.transport) };
  const faults = faultsOf(merged, given);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, content: normalized(merged) };
}

type Merged = Omit<AssetContent, 'authentication'> & {
  readonly authentication: (typeof authentications)[number];
};

/** The fields of an asset that settings decide, as they are. */
export function contentOf(asset: Asset): AssetContent {
  const { name, address, port, transport, tlsVerify, tlsFingerprint, authentication } = asset;
  const { mac, tags, attributes, state } = asset;
  const connection = { address, port, transport, tlsVerify, tlsFingerprint, authentication };
  return { name, ...connection, mac, tags, attributes, state };
}

/** A changed transport takes its own default port along, unless the port was chosen. */
function portOf(
  given: AssetSettings,
  present: Connection | undefined,
  transport: Connection['transport'],
): number {
  if (given.port !== undefined) return given.port;
  const chosen = present && present.port !== defaultPort(present.transport);
  return chosen ? present.port : defaultPort(transport);
}

function faultsOf(asset: Merged, given: AssetSettings): readonly Fault[] {
  return [
    ...nameFaults(asset),
    ...addressFaults(asset, given),
    ...tlsFaults(asset, given),
    ...authenticationFaults(asset),
  ];
}

function nameFaults({ name }: Merged): readonly Fault[] {
  if (!isId(name.toLowerCase())) return [];
  return [
    {
      pointer: '/name',
      code: 'wrong-format',
      detail: 'A name must not look like an id: both refer to assets',
    },
  ];
}

function addressFaults({ address }: Merged, given: AssetSettings): readonly Fault[] {
  if (isAddress(address)) return [];
  return given.address === undefined
    ? [
        {
          pointer: '/address',
          code: 'missing-field',
          detail: 'The name is no address: give the DNS name or IP address',
        },
      ]
    : [
        {
          pointer: '/address',
          code: 'wrong-format',
          detail: 'Must be a DNS name, an IPv4 or an IPv6 address',
        },
      ];
}

function tlsFaults(asset: Merged, given: AssetSettings): readonly Fault[] {
  const pinned = asset.tlsVerify === 'fingerprint';
  if (pinned && asset.tlsFingerprint === null) {
    return [
      {
        pointer: '/tlsFingerprint',
        code: 'missing-field',
        detail: 'tlsVerify fingerprint needs the certificate to pin',
      },
    ];
  }
  if (pinned || given.tlsFingerprint === undefined || given.tlsFingerprint === null) return [];
  return [
    {
      pointer: '/tlsFingerprint',
      code: 'not-supported',
      detail: 'Only tlsVerify fingerprint uses it: set both',
    },
  ];
}

function authenticationFaults(asset: Merged): readonly Fault[] {
  const pointer = '/authentication';
  if (asset.authentication === 'kerberos') {
    return [
      {
        pointer,
        code: 'authentication-not-available',
        detail: 'Kerberos is not available yet: use negotiate',
      },
    ];
  }
  const verified = asset.transport === 'https' && asset.tlsVerify !== 'none';
  if (asset.authentication !== 'basic' || verified) return [];
  const detail =
    'Basic shows the password to the other side: it needs transport https and tlsVerify full or fingerprint';
  return [{ pointer, code: 'not-supported', detail }];
}

function normalized(asset: Merged): AssetContent {
  const pinned = asset.tlsVerify === 'fingerprint' && asset.tlsFingerprint !== null;
  return {
    ...asset,
    tlsFingerprint: pinned ? normalizeFingerprint(asset.tlsFingerprint) : null,
    mac: asset.mac === null ? null : normalizeMac(asset.mac),
    tags: [...new Set(asset.tags)],
    authentication: asset.authentication as Authentication, // Kerberos was refused above.
  };
}
