import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, anInstaller, aPackage } from '../harness/builders/package.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const SERVICE = 'C:\\Program Files (x86)\\Lansweeper\\LansweeperService.exe';
const VERSIONS = [
  ['PC-ABSENT', undefined],
  ['PC-OLDER', '5.2.0.3'],
  ['PC-EQUAL', '5.2.0.4'],
  ['PC-NEWER', '10.0'],
] as const;

let winch: Winch;

beforeAll(async () => {
  winch = await Winch.start();
  for (const [name, version] of VERSIONS) {
    const files = version === undefined ? {} : { [SERVICE]: { content: '', version } };
    await winch.addHost(name, { patch: { files, programs: { 'setup.exe': {} } } });
  }
});

afterAll(() => winch.close());

async function runsOf(packageName: string): Promise<Map<string, RunView>> {
  const assets = VERSIONS.map(([name]) => name);
  const deployment = await winch.client.deploy({ package: packageName, targets: { assets } });
  await winch.client.finished(deployment.id);
  const runs = await winch.client.runs(deployment.id);
  return new Map(runs.map((run) => [run.asset.name, run]));
}

describe('a condition "LansweeperService.exe exists and its file version is lower than 5.2.0.4"', () => {
  let runs: Map<string, RunView>;
  beforeAll(async () => {
    await winch.addPackage(
      aPackage('Old service').withStep({
        name: 'Old service there?',
        type: 'condition',
        all: [{ file: { path: SERVICE, exists: true, version: { lessThan: '5.2.0.4' } } }],
        onSuccess: 'stop-success',
        onFailure: 'stop-failure',
      }),
    );
    runs = await runsOf('Old service');
  });

  it.each([
    ['PC-ABSENT', 'failed', [null, false], [null, false]],
    ['PC-OLDER', 'succeeded', ['5.2.0.3', true], [SERVICE, true]],
    ['PC-EQUAL', 'failed', ['5.2.0.4', false], [SERVICE, true]],
    ['PC-NEWER', 'failed', ['10.0', false], [SERVICE, true]],
  ])('on %s ends as %s and shows what it found', (asset, outcome, version, existence) => {
    const run = runs.get(asset);
    const [step] = run?.steps ?? [];

    expect([run?.outcome, run?.failureReason]).toEqual([
      outcome,
      outcome === 'failed' ? 'step-failed' : null,
    ]);
    expect(step).toMatchObject({ type: 'condition', returnCode: outcome === 'failed' ? 1 : 0 });
    expect(step?.criteria).toEqual([
      {
        criterion: `file ${SERVICE}: version`,
        expected: 'lessThan 5.2.0.4',
        found: version[0],
        met: version[1],
        reason: null,
      },
      {
        criterion: `file ${SERVICE}`,
        expected: 'exists',
        found: existence[0],
        met: existence[1],
        reason: null,
      },
    ]);
  });
});

describe('what an installer detects', () => {
  it('skips it where it is there, and says why', async () => {
    await winch.addPackage(
      aPackage('Update')
        .withStep(
          anInstaller('Update', 'C:\\setup.exe', {
            detect: { all: [{ file: { path: SERVICE, version: { greaterOrEqual: '5.2.0.4' } } }] },
          }),
        )
        .withStep(aCommand('Afterwards')),
    );

    const runs = await runsOf('Update');

    const verdicts = [...runs].map(([name, { outcome, steps }]) => [
      name,
      outcome,
      ...steps.map(({ verdict }) => verdict),
    ]);
    expect(new Set(verdicts)).toEqual(
      new Set([
        ['PC-ABSENT', 'succeeded', 'success', 'success'],
        ['PC-EQUAL', 'succeeded', 'skipped', 'success'],
        ['PC-NEWER', 'succeeded', 'skipped', 'success'],
        ['PC-OLDER', 'succeeded', 'success', 'success'],
      ]),
    );
    expect(runs.get('PC-EQUAL')?.steps[0]?.detail).toContain('there already');
  });
});
