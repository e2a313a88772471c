import type { ImportedLine, ImportNote } from './imported-line.js';

/** A host of an inventory with everything that its file says of it: its own variables over those of its groups. */
export interface AnsibleHost {
  readonly line: number;
  readonly name: string;
  readonly variables: ReadonlyMap<string, unknown>;
  /** All groups that hold it, parents too; `all` and `ungrouped` left out. */
  readonly groups: readonly string[];
}

export type HostReading =
  | { readonly kind: 'asset'; readonly asset: ImportedLine; readonly notes: readonly ImportNote[] }
  /** It is no Windows machine. */
  | { readonly kind: 'left-out'; readonly notes: readonly ImportNote[] };

const WINDOWS_CONNECTIONS = ['winrm', 'psrp'];
const HTTP_PORT = 5985;
/** What a variable of this name holds is nobody's to read, as an attribute would be. */
const SECRET = /pass(?:w|phrase)|pwd|secret|token|credential|private|api_?key|vault/i;

/**
 * An inventory's host as an asset. Variables of Ansible's own that say how a host is reached become fields (Ansible's guide
 * "Windows Remote Management"), its groups become tags, and other variables with plain values become attributes, but for
 * those whose name sounds like a secret. Nothing else of Ansible's own is kept, user names and passwords least of all.
 */
export function assetOfHost(host: AnsibleHost): HostReading {
  const connection = textOf(host, 'ansible_connection');
  if (connection !== undefined && !WINDOWS_CONNECTIONS.includes(connection)) {
    const detail = `${host.name} is left out: its connection is ${connection}, not winrm`;
    return { kind: 'left-out', notes: [{ line: host.line, detail }] };
  }
  const authentication = authenticationOf(host);
  const fields = Object.entries({
    name: host.name,
    address: textOf(host, 'ansible_host'),
    port: portOf(host),
    transport: transportOf(host),
    tlsVerify: tlsVerifyOf(host),
    authentication: authentication.word,
    tags: host.groups.length > 0 ? host.groups : undefined,
    attributes: attributesOf(host),
  }).filter(([, value]) => value !== undefined);
  const asset = { line: host.line, fields: Object.fromEntries(fields) };
  return { kind: 'asset', asset, notes: authentication.notes };
}

function textOf({ variables }: AnsibleHost, name: string): string | undefined {
  const value = variables.get(name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function portOf(host: AnsibleHost): unknown {
  const text = textOf(host, 'ansible_port');
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : text;
}

/** As Ansible decides it: the scheme, otherwise http for port 5985 alone. */
function transportOf(host: AnsibleHost): string | undefined {
  const scheme = textOf(host, 'ansible_winrm_scheme') ?? textOf(host, 'ansible_psrp_protocol');
  if (scheme !== undefined) return scheme;
  const port = portOf(host);
  if (port === undefined) return undefined;
  return port === HTTP_PORT ? 'http' : 'https';
}

function tlsVerifyOf(host: AnsibleHost): string | undefined {
  const validation =
    textOf(host, 'ansible_winrm_server_cert_validation') ?? textOf(host, 'ansible_psrp_cert_validation');
  if (validation === undefined) return undefined;
  return validation === 'ignore' ? 'none' : 'full';
}

interface Word {
  readonly word: string | undefined;
  readonly notes: readonly ImportNote[];
}

function authenticationOf(host: AnsibleHost): Word {
  const transport = textOf(host, 'ansible_winrm_transport') ?? textOf(host, 'ansible_psrp_auth');
  if (transport === undefined) return { word: undefined, notes: [] };
  if (transport === 'basic') return { word: 'basic', notes: [] };
  const isKnown = transport === 'ntlm' || transport === 'negotiate';
  const detail = `${host.name} gets authentication negotiate: Winch has no ${transport}`;
  return { word: 'negotiate', notes: isKnown ? [] : [{ line: host.line, detail }] };
}

function attributesOf({ variables }: AnsibleHost): Record<string, string> | undefined {
  const own = [...variables].filter(([name]) => !name.startsWith('ansible_') && !SECRET.test(name));
  const plain = own.flatMap(([name, value]) => {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isPlain ? [[name, String(value)] as const] : [];
  });
  return plain.length > 0 ? Object.fromEntries(plain) : undefined;
}
