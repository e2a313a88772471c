import { isIP, isIPv4 } from 'node:net';

/** A block (`10.1.0.0/16`, `2001:db8::/32`), a range (`10.1.0.10-10.1.0.99`) or one address; IPv4 or IPv6. */
export interface AddressRange {
  readonly family: 'ipv4' | 'ipv6';
  /** Both ends belong to it. */
  readonly first: bigint;
  readonly last: bigint;
}

const BITS = { ipv4: 32n, ipv6: 128n } as const;

/** Reads an address range; undefined when the text is none, or its end comes before its beginning. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const block = /^([^/-]+)\/(\d{1,3})$/.exec(text.trim());
  if (block) return parseBlock(block[1] ?? '', BigInt(block[2] ?? '0'));
  const [from = '', to, ...rest] = text.split('-').map((part) => part.trim());
  if (rest.length > 0) return undefined;
  const first = parseAddress(from);
  const last = to === undefined ? first : parseAddress(to);
  if (first === undefined || last?.family !== first.family || last.value < first.value) return undefined;
  return { family: first.family, first: first.value, last: last.value };
}

/** RFC 4632 section 3.1: the bits after the prefix stand for every value, whatever is written there. */
function parseBlock(address: string, prefix: bigint): AddressRange | undefined {
  const base = parseAddress(address);
  if (base === undefined || prefix > BITS[base.family]) return undefined;
  const size = 1n << (BITS[base.family] - prefix);
  const first = base.value - (base.value % size);
  return { family: base.family, first, last: first + size - 1n };
}

interface Address {
  readonly family: AddressRange['family'];
  readonly value: bigint;
}

function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 'ipv4', value: numberOf(text.split('.').map(Number), 8n) };
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  return { family: 'ipv6', value: numberOf(groupsOf(text), 16n) };
}

function numberOf(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}

/** RFC 4291 section 2.2: `::` stands for the groups that are missing; the last two may be written as an IPv4 address. */
function groupsOf(text: string): number[] {
  const embedded = /[\d.]+$/.exec(text)?.[0] ?? '';
  const [a = 0, b = 0, c = 0, d = 0] = embedded.split('.').map(Number);
  const tail = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  const plain = embedded.includes('.') ? text.slice(0, -embedded.length) + tail : text;
  const [head = '', rest] = plain.split('::');
  const before = groups(head);
  const after = groups(rest ?? '');
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** Whether an address (IPv4 or IPv6, no name) lies in a range. */
export function holdsAddress(range: AddressRange, address: string): boolean {
  const parsed = parseAddress(address);
  return parsed?.family === range.family && range.first <= parsed.value && parsed.value <= range.last;
}

/** How many addresses it holds: the smaller, the more specific. */
export function sizeOf({ first, last }: AddressRange): bigint {
  return last - first + 1n;
}

/**
 * The smallest of the ranges that hold one of the addresses, by its number of addresses; undefined when none does.
 * Texts that are no range are left out.
 */
export function smallestHolding(ranges: readonly string[], addresses: readonly string[]): bigint | undefined {
  const sizes = ranges
    .map(parseAddressRange)
    .filter((range) => range !== undefined)
    .filter((range) => addresses.some((address) => holdsAddress(range, address)))
    .map(sizeOf);
  return sizes.reduce<bigint | undefined>(
    (smallest, size) => (smallest === undefined || size < smallest ? size : smallest),
    undefined,
  );
}
