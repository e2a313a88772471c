import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(180_000);

const LIMIT_BYTES = 10 * 1024 * 1024;
const MARK = `\n[output truncated by Winch after ${LIMIT_BYTES} bytes]\n`;
const STEADY = ['PC-0001', 'PC-0002', 'PC-0003', 'PC-0004', 'PC-0005'];
const TICKS = Array.from({ length: 30 }, (_, tick) => `tick ${tick}`);

let winch: Winch;
let runs: ReadonlyMap<string, RunView>;

beforeAll(async () => {
  winch = await Winch.start();
  const flooding = { durationMs: 3_000, floodBytesPerSecond: 100_000_000 };
  await winch.addHost('FLOOD', { patch: { programs: { 'install.exe': flooding } } });
  const steady = { durationMs: 3_000, output: TICKS };
  for (const name of STEADY) await winch.addHost(name, { patch: { programs: { 'install.exe': steady } } });
  await winch.addPackage(aPackage('Talk').withStep(aCommand('Install', 'install.exe')));
  const { id } = await winch.client.deploy({ package: 'Talk', targets: { assets: ['FLOOD', ...STEADY] } });
  await winch.client.finished(id, { timeoutMs: 120_000 });
  runs = new Map((await winch.client.runs(id)).map((run) => [run.asset.name, run]));
});

afterAll(() => winch.close());

const outputOf = (name: string) => winch.client.output(runs.get(name)?.id ?? '');

it('a target that prints 100 MB a second has its output cut, with the mark, and succeeds', async () => {
  const output = await outputOf('FLOOD');

  expect(output.length).toBe(LIMIT_BYTES + MARK.length);
  expect(output.endsWith(MARK)).toBe(true);
  expect(runs.get('FLOOD')).toMatchObject({ outcome: 'succeeded', steps: [{ outputTruncated: true }] });
});

it('the runs beside it are recorded to the last line', async () => {
  for (const name of STEADY) {
    expect((await outputOf(name)).split('\r\n')).toEqual([...TICKS, '']);
    expect(runs.get(name)).toMatchObject({ outcome: 'succeeded', steps: [{ outputTruncated: false }] });
  }
});
