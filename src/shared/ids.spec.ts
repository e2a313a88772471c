import { describe, expect, it } from '@jest/globals';
import { type AssetId, isId, newId } from './ids.js';

describe('ids', () => {
  it('rise in the order in which they are made', () => {
    const ids = Array.from({ length: 1_000 }, () => newId<AssetId>());

    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(1_000);
  });

  it('are recognised by their form', () => {
    expect(isId(newId<AssetId>())).toBe(true);
  });

  it.each([
    '',
    'PC-0042',
    '0193e3a0-7b1a-4000-8000-000000000000',
    '0193E3A0-7B1A-7000-8000-000000000000',
    ' 0193e3a0-7b1a-7000-8000-000000000000',
  ])('%p is none', (text) => {
    expect(isId(text)).toBe(false);
  });
});
