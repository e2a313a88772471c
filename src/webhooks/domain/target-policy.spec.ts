import { describe, expect, it } from '@jest/globals';
import { addressFault, isPublic, policyOf, urlFault } from './target-policy.js';

const NONE = policyOf([]);

describe('isPublic', () => {
  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001:82f::200e'])(
    'takes %s for public',
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:1.1.1.1',
    '64:ff9b::7f00:1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
  ])('does not take %s for public', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe('urlFault', () => {
  it('finds nothing wrong with a public https address', () => {
    expect(urlFault('https://itsm.example/hook?x=1', NONE)).toBeNull();
  });

  it.each([
    ['itsm.example', 'Must be an address'],
    ['ftp://itsm.example/', 'Must begin with https://'],
    ['http://itsm.example/', 'http://itsm.example'],
    ['https://user:pass@itsm.example/', 'user name or password'],
    ['https://itsm.example/#x', 'fragment'],
    ['https://127.0.0.1/', 'no public address'],
    ['https://0x7f000001/', '127.0.0.1 is no public address'],
    ['https://2130706433/', '127.0.0.1 is no public address'],
    ['https://[::1]/', 'no public address'],
    ['https://[::ffff:10.0.0.1]/', 'no public address'],
  ])('finds %s wrong', (url, fault) => {
    expect(urlFault(url, NONE)).toContain(fault);
  });
});

describe('the hosts that are allowed by name', () => {
  const policy = policyOf(['itsm.corp.example', 'http://127.0.0.1']);

  it('may have a private address, and no other host may', () => {
    expect(addressFault('10.0.0.7', { host: 'itsm.corp.example', policy })).toBeNull();
    expect(addressFault('10.0.0.7', { host: 'other.example', policy })).toContain('WINCH_WEBHOOK_ALLOW');
  });

  it('are called without TLS only when they are named so', () => {
    expect(urlFault('http://127.0.0.1:8080/hook', policy)).toBeNull();
    expect(urlFault('http://itsm.corp.example/hook', policy)).toContain('https://');
    expect(urlFault('https://ITSM.corp.example/hook', policy)).toBeNull();
  });
});
