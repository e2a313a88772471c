import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RunEvent } from '../harness/client.js';
import { Winch } from '../harness/winch.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';
import { COMMON_TROUBLES, Dice, type Expectation, OWN_TROUBLES, PATIENCE } from './harness/troubles.js';

jest.setTimeout(900_000);

const PASSWORD = 'Contract-1';
/** Ten by hand: WINCH_TEST_SEEDS=1,2,3,4,5,6,7,8,9,10 npm run test:powershell -- survival */
const SEEDS = (process.env['WINCH_TEST_SEEDS'] ?? '1').split(',').map(Number);
const MOMENTS = ['run.started', 'step.started', 'step.output'] as const;

/** Each step leaves a line on its machine: how often it was started, whoever was alive to see it. */
const MARKS = 'C:\\marks.txt';
const first = (echoes: number): string => `echo first>>${MARKS}& echo begun& ping -n ${echoes} 127.0.0.1`;
const LAST = `echo last>>${MARKS}& exit 3010`;
const WORKING = aPackage('Work')
  .withStep(aCommand('Work', first(9)))
  .withStep(aCommand('After', LAST));
const HANGING = aPackage('Hang')
  .withStep(aCommand('Hang', first(900), { timeoutSeconds: 6, onFailure: 'next' }))
  .withStep(aCommand('After', LAST));

/** Its first step ends by a trouble only. */
const LONG = aPackage('Long')
  .withStep(aCommand('Work', first(900)))
  .withStep(aCommand('After', LAST));

interface Case {
  readonly name: string;
  readonly host: EngineHost;
  readonly package: string;
  readonly expected: Expectation;
  readonly strike: (runId: string) => Promise<void>;
}

interface Result extends Case {
  readonly run: RunView;
  readonly events: readonly RunEvent[];
}

describe.each(SEEDS)('deployments to the real engine, disturbed by seed %d', (seed) => {
  const dice = new Dice(seed);
  const own = dice.choose(['cancel', 'reboot'] as const);
  const common = dice.choose(Object.keys(COMMON_TROUBLES) as (keyof typeof COMMON_TROUBLES)[]);
  const moment = dice.choose(MOMENTS);
  const hosts: EngineHost[] = [];
  let results: Result[] = [];

  beforeAll(async () => {
    const winch = await Winch.start({ password: PASSWORD });
    try {
      results = await disturb(winch);
    } finally {
      await winch.close();
    }
  });
  afterAll(() => Promise.all(hosts.map((host) => host.close())));

  async function disturb(winch: Winch): Promise<Result[]> {
    for (const pkg of [WORKING, HANGING, LONG]) await winch.addPackage(pkg);
    const cases = await casesOf(winch);
    const runs = await Promise.all(cases.map((each) => begin(winch, each)));
    const ids = runs.map(({ id }) => id);
    await Promise.all(ids.map((id) => winch.client.event(id, ({ type }) => type === moment, PATIENCE)));
    await Promise.all([
      COMMON_TROUBLES[common](winch, ids),
      ...cases.map(({ strike }, index) => strike(ids[index] ?? '')),
    ]);
    return Promise.all(cases.map((each, index) => settle(winch, each, ids[index] ?? '')));
  }

  async function casesOf(winch: Winch): Promise<Case[]> {
    const plain = { outcome: 'succeeded-reboot-required', failureReason: null, starts: [1, 1] } as const;
    return Promise.all([
      aCase(winch, 'PC-A', { package: 'Work', expected: plain }),
      aCase(winch, 'PC-B', { package: 'Hang', expected: plain }),
      aCase(winch, 'PC-C', { package: 'Long', expected: OWN_TROUBLES[own].expected, trouble: own }),
    ]);
  }

  async function aCase(
    winch: Winch,
    name: string,
    parts: { package: string; expected: Expectation; trouble?: keyof typeof OWN_TROUBLES },
  ): Promise<Case> {
    const host = await engineHost();
    hosts.push(host);
    const { host: address, port } = host.session;
    await winch.addAsset(name, { address, port });
    const { strike } = OWN_TROUBLES[parts.trouble ?? 'none'];
    return { name, host, ...parts, strike: (runId) => strike(winch.client, runId, host) };
  }

  async function begin({ client }: Winch, { name, package: pkg }: Case): Promise<RunView> {
    const deployment = await client.deploy({ package: pkg, targets: { assets: [name] } });
    return client.onlyRun(deployment.id);
  }

  async function settle({ client }: Winch, each: Case, runId: string): Promise<Result> {
    const run = await client.settled(runId, PATIENCE);
    return { ...each, run, events: await client.events(runId) };
  }

  it(`end as they must, though ${common} and one meets a ${own} at ${moment}`, () => {
    expect(results.map(({ name, run }) => [name, run.outcome, run.failureReason])).toEqual(
      results.map(({ name, expected }) => [name, expected.outcome, expected.failureReason]),
    );
  });

  it('started each program once, and none after the end', () => {
    const starts = results.map(({ host }) => {
      const marks = (host.backend.drive.read(MARKS) ?? '').split(/\s+/);
      return ['first', 'last'].map((name) => marks.filter((mark) => mark === name).length);
    });

    expect(starts).toEqual(results.map(({ expected }) => expected.starts));
  });

  it('are recorded without a gap, with one end each', () => {
    for (const { events } of results) {
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
      expect(events.filter(({ type }) => type === 'run.finished')).toHaveLength(1);
    }
  });

  it('leave nothing on the hosts but the tombstone', async () => {
    for (const { host, run } of results) {
      expect(run.cleanup).toBe('clean');
      expect(await host.listFolder(`C:\\Windows\\Winch\\runs\\${run.id}`)).toEqual(['claimed']);
      expect(await host.tasks()).toEqual([]);
      expect(await host.processes()).toEqual([]);
    }
  });
});
