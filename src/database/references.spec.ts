import { describe, expect, it } from '@jest/globals';
import { nameKey } from './name-key.js';
import { resolveReferences } from './references.js';

const rows = Array.from({ length: 900 }, (_, index) => ({
  id: `0199c0de-0000-7000-8000-${String(index).padStart(12, '0')}`,
  nameKey: nameKey(`PC-${index}`),
}));

const find = async (ids: readonly string[], keys: readonly string[]) => {
  if (ids.length + keys.length > 400) throw new Error('too many values in one statement');
  return rows.filter((row) => ids.includes(row.id) || keys.includes(row.nameKey));
};

const resolve = (refs: readonly string[]) =>
  resolveReferences({ refs, pointer: '/targets/assets', noun: 'asset' }, find);

describe('resolveReferences', () => {
  it('finds by id and by name, whatever the case, each once and in order', async () => {
    const { items, faults } = await resolve(['pc-2', rows[1]?.id ?? '', 'PC-1', 'PC-0']);

    expect(items.map((item) => item.nameKey)).toEqual(['pc-2', 'pc-1', 'pc-0']);
    expect(faults).toEqual([]);
  });

  it('reports each that does not exist at its place', async () => {
    const { items, faults } = await resolve(['PC-1', 'PC-1000', '0199c0de-0000-7000-8000-ffffffffffff']);

    expect(items).toHaveLength(1);
    expect(faults).toEqual([
      {
        pointer: '/targets/assets/1',
        code: 'not-found',
        detail: 'There is no asset "PC-1000": give its id or its name',
      },
      expect.objectContaining({ pointer: '/targets/assets/2', code: 'not-found' }),
    ]);
  });

  it('asks for many in portions, and keeps one that is named in two of them single', async () => {
    const { items } = await resolve([...rows.map((row) => row.nameKey), rows[0]?.id ?? '']);

    expect(items).toHaveLength(900);
  });
});

describe('nameKey', () => {
  it('is the same for names that differ in case or composition alone', () => {
    expect(nameKey('MÜLLER')).toBe(nameKey('mu\u0308ller'));
  });
});
