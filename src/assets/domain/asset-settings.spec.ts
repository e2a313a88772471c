import { describe, expect, it } from '@jest/globals';
import {
  type AssetContent,
  type AssetSettings,
  completeAsset,
  needsAdministrator,
} from './asset-settings.js';

function contentOf(settings: AssetSettings, present?: AssetContent): AssetContent {
  const completed = completeAsset(settings, present);
  if (!completed.ok) throw new Error(JSON.stringify(completed.faults));
  return completed.content;
}

function faultsOf(settings: AssetSettings): string[] {
  const completed = completeAsset(settings);
  return completed.ok ? [] : completed.faults.map((fault) => `${fault.pointer} ${fault.code}`);
}

const FINGERPRINT = 'ab'.repeat(32);

describe('completeAsset', () => {
  it('gives the address and port their defaults', () => {
    expect(contentOf({ name: 'pc', transport: 'http' })).toMatchObject({
      address: 'pc',
      port: 5985,
      authentication: 'negotiate',
    });
  });

  it('keeps the address when only the name changes', () => {
    const present = contentOf({ name: 'old' });

    expect(contentOf({ name: 'new' }, present)).toMatchObject({ name: 'new', address: 'old' });
  });

  it('forgets the pinned certificate when it is not used any more', () => {
    const present = contentOf({ name: 'pc', tlsVerify: 'fingerprint', tlsFingerprint: FINGERPRINT });

    expect(contentOf({ tlsVerify: 'full' }, present).tlsFingerprint).toBeNull();
  });

  it('reports the faults of several fields at once', () => {
    expect(faultsOf({ name: 'my pc', tlsVerify: 'fingerprint', authentication: 'kerberos' })).toEqual([
      '/address missing-field',
      '/tlsFingerprint missing-field',
      '/authentication authentication-not-available',
    ]);
  });

  it.each<[string, AssetSettings, string[]]>([
    ['https, fully verified', {}, []],
    ['https, pinned', { tlsVerify: 'fingerprint', tlsFingerprint: FINGERPRINT }, []],
    ['https, unverified', { tlsVerify: 'none' }, ['/authentication not-supported']],
    ['http', { transport: 'http' }, ['/authentication not-supported']],
  ])('judges basic over %s', (_, settings, expected) => {
    expect(faultsOf({ name: 'pc', authentication: 'basic', ...settings })).toEqual(expected);
  });

  it('refuses a fingerprint that nothing uses', () => {
    expect(faultsOf({ name: 'pc', tlsFingerprint: FINGERPRINT })).toEqual(['/tlsFingerprint not-supported']);
  });
});

describe('needsAdministrator', () => {
  it.each<[AssetSettings, boolean]>([
    [{ tags: ['a'], attributes: {}, mac: null, state: 'retired' }, false],
    [{ tags: ['a'], address: 'elsewhere' }, true],
    [{ tlsVerify: 'none' }, true],
    [{ tlsFingerprint: null }, true],
    [{ name: 'other' }, true],
  ])('is for %j: %j', (change, expected) => {
    expect(needsAdministrator(change)).toBe(expected);
  });
});
