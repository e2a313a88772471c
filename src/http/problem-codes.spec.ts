import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { faultCodes, problems } from './problem-codes.js';

describe('docs/api/README.md', () => {
  const text = readFileSync('docs/api/README.md', 'utf8');

  it('lists every problem code beside its status', () => {
    const rows = new Map(
      [...text.matchAll(/^\| (\d{3}) \| (.+) \|$/gm)].map(([, status, codes]) => [status, codes]),
    );
    const missing = Object.entries(problems).filter(
      ([code, { status }]) => !rows.get(String(status))?.includes(`\`${code}\``),
    );

    expect(missing).toEqual([]);
  });

  it('lists every fault code of requests', () => {
    expect(faultCodes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});
