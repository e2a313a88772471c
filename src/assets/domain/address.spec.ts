import { describe, expect, it } from '@jest/globals';
import { isAddress, isFingerprint, isMac, normalizeFingerprint, normalizeMac } from './address.js';

describe('isAddress', () => {
  it.each([
    'pc-0042',
    'PC_0042.example.com',
    '10.0.0.1',
    '2001:db8::1',
    '::1',
    'fe80::1%eth0',
    'a'.repeat(63),
    '7zip-host',
  ])('takes %s', (text) => {
    expect(isAddress(text)).toBe(true);
  });

  it.each([
    '',
    '10.0.0.256',
    '10.0.0',
    '[::1]',
    'pc 42',
    'pc..example',
    'pc.',
    '-pc',
    'pc-',
    'a'.repeat(64),
    `${'a.'.repeat(127)}example`,
    'pc/../x',
    'pc@evil',
    'pc:5985',
    'http://pc',
    'pc\n',
  ])('refuses %j', (text) => {
    expect(isAddress(text)).toBe(false);
  });
});

describe('a MAC address', () => {
  it.each(['00:1A:2B:3C:4D:5E', '00-1a-2b-3c-4d-5e', '001a2b3c4d5e'])('is the same written as %s', (text) => {
    expect(isMac(text)).toBe(true);
    expect(normalizeMac(text)).toBe('00:1a:2b:3c:4d:5e');
  });

  it.each(['00:1a:2b:3c:4d', '00:1a-2b:3c-4d:5e', '00:1a:2b:3c:4d:5g', ''])('is not %j', (text) => {
    expect(isMac(text)).toBe(false);
  });
});

describe('a fingerprint', () => {
  it('is the same with colons and in capitals', () => {
    const text = Array.from({ length: 32 }, () => '0F').join(':');

    expect(isFingerprint(text)).toBe(true);
    expect(normalizeFingerprint(text)).toBe('0f'.repeat(32));
  });

  it.each(['0f'.repeat(20), 'zz'.repeat(32), ''])('is not %j', (text) => {
    expect(isFingerprint(text)).toBe(false);
  });
});
