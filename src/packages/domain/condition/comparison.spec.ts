import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareFound, type Comparison, type Truth } from './comparison.js';

interface ComparisonCase extends Comparison {
  readonly case: string;
  readonly found: readonly string[];
  readonly truth: Truth;
}

/** Also executed by the stand-in (test/windows-host) and by the runner's PowerShell (test/powershell). */
const file = join(__dirname, '../../../../test/contract/comparison-cases.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as ComparisonCase[];

describe('compareFound', () => {
  it.each(cases)('$case: $operator $expected', ({ found, truth, ...comparison }) => {
    expect(compareFound(comparison, found)).toBe(truth);
  });

  it('gives up a pattern that takes too long', () => {
    const comparison = { operator: 'matches', valueType: 'text', expected: '^(a+)+$' } as const;

    expect(compareFound(comparison, [`${'a'.repeat(40)}!`])).toBeNull();
  });
});
