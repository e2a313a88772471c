import { appendFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import type { ChaosResult } from '../judge.js';
import { strikeBoundaries } from './boundary-run.js';
import { BROKEN_OPERATIONS, breakOperations } from './operations-run.js';
import { STRIKES } from './strikes.js';
import { BOUNDARIES } from './table.js';

/** scripts/chaos.mjs sets them; the Jest project exists only where it did. Names with commas between, or all. */
const { CHAOS_STRIKES = '', CHAOS_REPORT } = process.env;

jest.setTimeout(20 * 60_000);

const isChosen = (name: string) => CHAOS_STRIKES === 'all' || CHAOS_STRIKES.split(',').includes(name);

function report(name: string, result: ChaosResult): void {
  if (CHAOS_REPORT !== undefined) appendFileSync(CHAOS_REPORT, `${JSON.stringify({ name, ...result })}\n`);
}

for (const [name, strike] of Object.entries(STRIKES)) {
  // A strike that was not asked for is skipped.
  (isChosen(name) ? describe : describe.skip)(`${name} at each boundary of the flow`, () => {
    it('leaves every run with its one right end', async () => {
      const result = await strikeBoundaries(strike);
      report(name, result);

      expect({ broken: result.broken, runs: result.runs }).toEqual({ broken: [], runs: BOUNDARIES.length });
    });
  });
}

(isChosen('operations') ? describe : describe.skip)('a connection that breaks in any WinRM operation', () => {
  it('keeps no run from succeeding', async () => {
    const result = await breakOperations();
    report('operations', result);

    expect({ broken: result.broken, outcomes: result.outcomes }).toEqual({
      broken: [],
      outcomes: { succeeded: BROKEN_OPERATIONS.length },
    });
  });
});
