import { appendFileSync } from 'node:fs';
import { expect, it, jest } from '@jest/globals';
import { runChaos } from './chaos-run.js';
import { paceNamed } from './pace.js';

/** scripts/chaos.mjs sets them; the Jest project exists only where it did. */
const { CHAOS_SEED, CHAOS_KILLS, CHAOS_RUNS, CHAOS_PACE, CHAOS_REPORT } = process.env;

jest.setTimeout(40 * 60_000);

it(`a fleet that seed ${CHAOS_SEED} disturbs ends as it was ordered`, async () => {
  const options = {
    seed: Number(CHAOS_SEED),
    kills: Number(CHAOS_KILLS),
    runs: Number(CHAOS_RUNS),
    pace: paceNamed(CHAOS_PACE ?? 'usual'),
  };

  const result = await runChaos(options);
  if (CHAOS_REPORT !== undefined) appendFileSync(CHAOS_REPORT, `${JSON.stringify(result)}\n`);

  expect({ broken: result.broken, runs: result.runs }).toEqual({ broken: [], runs: options.runs });
});
