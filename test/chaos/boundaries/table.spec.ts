import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { STRIKES } from './strikes.js';
import { BOUNDARIES } from './table.js';

const DOCUMENT = readFileSync(join(__dirname, '../../../docs/developing/reliability.md'), 'utf8');

describe('the boundaries of the flow', () => {
  it('have a name each', () => {
    const names = BOUNDARIES.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('and the strikes are all described in the document', () => {
    const points = BOUNDARIES.flatMap(({ at }) => {
      if (at.where === 'door') return [at.type];
      return at.where === 'host' ? [at.on] : [];
    });
    const words = [...points, ...Object.keys(STRIKES)];

    expect(words.filter((word) => !DOCUMENT.includes(`\`${word}\``))).toEqual([]);
  });
});
