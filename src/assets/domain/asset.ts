import type { AssetId } from '../../shared/ids.js';

export const transports = ['https', 'http'] as const;
export type Transport = (typeof transports)[number];

/** `full` the host's name and chain of trust; `fingerprint` one pinned certificate; `none` whatever is shown. */
export const tlsPolicies = ['full', 'fingerprint', 'none'] as const;
export type TlsVerify = (typeof tlsPolicies)[number];

/** `kerberos` is a word of the contract that is refused until it exists. */
export const authentications = ['negotiate', 'kerberos', 'basic'] as const;
export type Authentication = Exclude<(typeof authentications)[number], 'kerberos'>;

/** A retired asset is kept for its history and takes no new run. */
export const assetStates = ['active', 'retired'] as const;
export type AssetState = (typeof assetStates)[number];

/** How an asset is reached. Whoever can change this can harvest the credential that opens it. */
export interface Connection {
  /** DNS name, IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
  readonly tlsVerify: TlsVerify;
  /** SHA-256 of the certificate, 64 hexadecimal digits in lower case; set exactly when `tlsVerify` is `fingerprint`. */
  readonly tlsFingerprint: string | null;
  readonly authentication: Authentication;
}

/** A Windows machine. Instants are in RFC 3339, UTC. */
export interface Asset extends Connection {
  readonly id: AssetId;
  /** Unique, whatever the case. */
  readonly name: string;
  /** Six bytes in lower case with colons; what Wake-on-LAN wakes. */
  readonly mac: string | null;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly state: AssetState;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** WinRM's own ports ([MS-WSMV] section 2.1). */
const DEFAULT_PORTS: Readonly<Record<Transport, number>> = { http: 5985, https: 5986 };

export function defaultPort(transport: Transport): number {
  return DEFAULT_PORTS[transport];
}
