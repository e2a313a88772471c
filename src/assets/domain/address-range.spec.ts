import { describe, expect, it } from '@jest/globals';
import { holdsAddress, parseAddressRange, sizeOf, smallestHolding } from './address-range.js';

describe('parseAddressRange', () => {
  it.each<[string, bigint]>([
    ['10.0.0.5', 1n],
    ['10.0.0.10-10.0.0.19', 10n],
    ['10.0.0.10 - 10.0.0.19', 10n],
    ['10.1.2.3/16', 65_536n],
    ['0.0.0.0/0', 4_294_967_296n],
    ['2001:db8::/126', 4n],
    ['::1', 1n],
    ['::ffff:10.0.0.1-::ffff:10.0.0.4', 4n],
  ])('reads %s as %d addresses', (text, size) => {
    const range = parseAddressRange(text);

    expect(range && sizeOf(range)).toBe(size);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-::1',
    '10.0.0.1-2-3',
    'fe80::1%eth0',
    'PC-1',
  ])('refuses %j', (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  });
});

describe('holdsAddress', () => {
  it.each<[string, string, boolean]>([
    ['10.1.2.3/16', '10.1.0.0', true],
    ['10.1.2.3/16', '10.1.255.255', true],
    ['10.1.2.3/16', '10.2.0.0', false],
    ['10.0.0.10-10.0.0.19', '10.0.0.19', true],
    ['10.0.0.10-10.0.0.19', '10.0.0.20', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', 'PC-1', false],
  ])('%s and %s: %s', (text, address, expected) => {
    const range = parseAddressRange(text);

    expect(range && holdsAddress(range, address)).toBe(expected);
  });
});

describe('smallestHolding', () => {
  it('gives the size of the most specific range', () => {
    expect(smallestHolding(['10.0.0.0/8', '10.1.0.0/16', '192.168.0.0/24'], ['10.1.2.3'])).toBe(65_536n);
  });

  it('gives nothing when no range holds any of the addresses', () => {
    expect(smallestHolding(['10.0.0.0/8'], ['192.168.0.1', '::1'])).toBeUndefined();
  });
});
