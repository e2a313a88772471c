import { isIPv4, isIPv6 } from 'node:net';

/** One label of a DNS name (RFC 1123 section 2.1); Windows names may hold underscores too. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const MAX_DNS_NAME = 253;

/** Whether a text is a DNS name, an IPv4 or an IPv6 address (without brackets). */
export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text) || isDnsName(text);
}

function isDnsName(text: string): boolean {
  if (text.length > MAX_DNS_NAME) return false;
  const labels = text.split('.');
  // A last label of digits alone is a mistyped IPv4 address (RFC 3696 section 2), such as 10.0.0.256.
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

const MAC = /^(?:[0-9a-f]{2}([:-]?))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;

/** Whether a text is a MAC address: six bytes with colons, hyphens or nothing between. */
export function isMac(text: string): boolean {
  return MAC.test(text);
}

/** A MAC address in lower case with colons. */
export function normalizeMac(text: string): string {
  const digits = text.replaceAll(/[:-]/g, '').toLowerCase();
  return digits.match(/../g)?.join(':') ?? digits;
}

const FINGERPRINT = /^[0-9a-f]{2}(?::?[0-9a-f]{2}){31}$/i;

/** Whether a text is a SHA-256 fingerprint, with or without colons. */
export function isFingerprint(text: string): boolean {
  return FINGERPRINT.test(text);
}

/** A fingerprint in lower case without colons. */
export function normalizeFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
