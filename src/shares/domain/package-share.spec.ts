import { describe, expect, it } from '@jest/globals';
import type { ShareId } from '../../shared/ids.js';
import { chooseShare, isUnc } from './package-share.js';

const share = (id: string, addressRanges: readonly string[], isDefault = false) => ({
  id: id as ShareId,
  addressRanges,
  isDefault,
});

describe('isUnc', () => {
  it.each<[string, boolean]>([
    ['\\\\files\\Packages$', true],
    ['\\\\files.example.com\\Packages\\Winch files', true],
    ['\\\\10.0.0.5\\p', true],
    ['\\\\files', false],
    ['\\\\files\\', false],
    ['\\\\files\\p\\', false],
    ['\\\\files\\\\p', false],
    ['\\\\files\\a&b', false],
    ['\\\\files\\a b ', false],
    ['\\\\fi les\\p', false],
    ['C:\\Packages', false],
    ['//files/p', false],
    ['\\\\?\\C:\\x', false],
  ])('%s: %s', (text, expected) => {
    expect(isUnc(text)).toBe(expected);
  });
});

describe('chooseShare', () => {
  const shares = [
    share('1-main', [], true),
    share('2-site', ['10.1.0.0/16']),
    share('3-room', ['10.1.7.0/24', '192.168.0.0/16']),
    share('4-room too', ['10.1.7.0-10.1.7.255']),
  ];

  it.each<[string, readonly string[], string]>([
    ['the default where no range holds it', ['172.16.0.1'], '1-main'],
    ['the default where its address is not known', [], '1-main'],
    ['the share of its range', ['10.1.8.1'], '2-site'],
    ['the smallest range, of equal ones the older share', ['10.1.7.1'], '3-room'],
    ['the smallest range of all its addresses', ['10.1.8.1', '192.168.3.4'], '2-site'],
  ])('takes %s', (_, addresses, expected) => {
    expect(chooseShare(shares, addresses)?.id).toBe(expected);
  });

  it('takes none where no range holds it and there is no default', () => {
    expect(chooseShare(shares.slice(1), ['172.16.0.1'])).toBeUndefined();
  });
});
