import { BlockList, isIP, isIPv6 } from 'node:net';

/** Hosts that may be called although they are not public, by their names as they stand in a URL. */
export interface TargetPolicy {
  /** May have private, loopback and link-local addresses. */
  readonly hosts: ReadonlySet<string>;
  /** May be called without TLS, too. */
  readonly plainHosts: ReadonlySet<string>;
}

/** Reads `WINCH_WEBHOOK_ALLOW`: hosts, with `http://` before those that may be called without TLS. */
export function policyOf(entries: readonly string[]): TargetPolicy {
  const plain = entries.filter((entry) => entry.startsWith('http://'));
  const hostOf = (entry: string) => entry.replace('http://', '').toLowerCase();
  return { hosts: new Set(entries.map(hostOf)), plainHosts: new Set(plain.map(hostOf)) };
}

/** A URL's host without the brackets of IPv6. */
export function hostIn(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}

/** What is wrong with a URL to be called, before its name is resolved; null: nothing. */
export function urlFault(text: string, policy: TargetPolicy): string | null {
  if (!URL.canParse(text)) return 'Must be an address such as https://itsm.example/hook';
  const url = new URL(text);
  const host = hostIn(url);
  if (url.username !== '' || url.password !== '') return 'Must not hold a user name or password';
  if (url.hash !== '') return 'Must not hold a fragment (#)';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && policy.plainHosts.has(host)))
    return `Must begin with https://; without TLS only where WINCH_WEBHOOK_ALLOW names http://${host}`;
  return isIP(host) === 0 ? null : addressFault(host, { host, policy });
}

/** Why a host may not be called at an address that its name was resolved to; null: it may. */
export function addressFault(
  address: string,
  { host, policy }: { readonly host: string; readonly policy: TargetPolicy },
): string | null {
  if (policy.hosts.has(host) || isPublic(address)) return null;
  return `${address} is no public address: an administrator must name ${host} in WINCH_WEBHOOK_ALLOW first`;
}

/** Whether an address is reachable from everywhere: nothing of the own machine or network, and nothing reserved. */
export function isPublic(address: string): boolean {
  if (isIPv6(address)) return GLOBAL_UNICAST.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6');
  return !NOT_PUBLIC.check(address, 'ipv4');
}

/** RFC 4291 section 2.4: all that is allotted. Leaves out ::, ::1, IPv4-mapped, NAT64, unique local, link-local, multicast. */
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');

/** IANA's special-purpose registries (RFC 6890 and what was added since), multicast and the old class E. */
const NOT_PUBLIC = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  NOT_PUBLIC.addSubnet(network, bits, 'ipv4');
// Teredo and other protocol assignments, documentation, 6to4 (an IPv4 address is inside).
NOT_PUBLIC.addSubnet('2001::', 23, 'ipv6');
NOT_PUBLIC.addSubnet('2001:db8::', 32, 'ipv6');
NOT_PUBLIC.addSubnet('2002::', 16, 'ipv6');
NOT_PUBLIC.addSubnet('3fff::', 20, 'ipv6');
