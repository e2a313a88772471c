import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { DeploymentView } from '../../src/deployments/api/deployments.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const COUNT = 200;
let winch: Winch;
const hosts: RegisteredHost[] = [];
let deployment: DeploymentView;

beforeAll(async () => {
  winch = await Winch.start();
  const programs = { 'setup.exe': { output: ['Copying', 'Done'], durationMs: 500, exitCode: 3010 } };
  for (let index = 1; index <= COUNT; index++) {
    hosts.push(await winch.addHost(`PC-${String(index).padStart(4, '0')}`, { patch: { programs } }));
  }
  await winch.addPackage(aPackage('Fleet').withStep(aCommand('Install', 'setup.exe')));
  const order = { package: 'Fleet', targets: { assets: hosts.map((host) => host.name) } };
  deployment = await winch.client.finished((await winch.client.deploy(order)).id, { timeoutMs: 60_000 });
});

afterAll(() => winch.close());

it('a deployment to 200 hosts finishes on each of them', () => {
  expect(deployment.counts).toEqual({
    total: COUNT,
    byState: { finished: COUNT },
    byOutcome: { 'succeeded-reboot-required': COUNT },
  });
});

it('each host starts the program exactly once', () => {
  expect(hosts.map((host) => host.startsOf('setup.exe'))).toEqual(Array(COUNT).fill(1));
});

it('each run has the same events, numbered without gaps', async () => {
  const runs = await winch.client.runs(deployment.id);
  for (const run of runs) await winch.client.settled(run.id);

  const orders = new Set<string>();
  for (const run of runs) {
    const events = await winch.client.events(run.id);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    orders.add(withoutRepeats(events.map((event) => event.type)).join(' '));
  }

  expect([...orders]).toEqual([
    'run.queued run.connecting run.starting run.attached run.started step.started step.output step.finished run.completed final-action.skipped run.finished cleanup.finished',
  ]);
});

/** How many chunks a program's output comes in depends on when the runner looked. */
function withoutRepeats(types: readonly string[]): string[] {
  return types.filter((type, index) => type !== types[index - 1]);
}
