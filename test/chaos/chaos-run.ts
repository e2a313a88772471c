import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentView } from '../../src/deployments/api/deployments.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { seeded } from '../harness/builders/random-package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { waitFor } from '../harness/wait-for.js';
import { Winch } from '../harness/winch.js';
import { DataDisk } from './data-disk.js';
import { PLANTED } from './invariants.js';
import { Journals } from './journals.js';
import { type ChaosResult, judge, type Scene, withEvidence } from './judge.js';
import type { Pace } from './pace.js';
import { type ChaosOptions, planChaos } from './plan.js';
import { Troubles } from './troubles.js';

/** Deploys to a fleet, disturbs it as the seed says, and checks everything afterwards. Leaves nothing running. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  await using disk = await DataDisk.create({ mount: options.pace.name !== 'quick' });
  await using winch = await Winch.start({ dataDir: disk.folder });
  const hosts = await furnish(winch, options);
  using journals = new Journals(hosts);
  await using troubles = new Troubles({ winch, hosts, disk });
  const scene = { winch, hosts, journals, troubles };
  const deploymentIds = await withEvidence(scene, 'It could not be carried out', () =>
    disturb(scene, options),
  );
  // Awaited here: nothing may be disposed while it is judged.
  return await judge(scene, { deploymentIds, pace: options.pace });
}

/** Hosts with two programs of a few seconds each, and a third step that prints the secret it was given. */
async function furnish(winch: Winch, { seed, runs }: ChaosOptions): Promise<RegisteredHost[]> {
  const random = seeded(seed ^ 0x5eed);
  const hosts: RegisteredHost[] = [];
  for (let index = 1; index <= runs; index++) {
    const program = () => {
      const durationMs = 1_500 + random(4_500);
      return { output: Array.from({ length: 8 }, (_, line) => `line ${line}`), durationMs };
    };
    const patch = { programs: { 'first.exe': program(), 'second.exe': program() } };
    const name = `PC-${String(index).padStart(4, '0')}`;
    hosts.push(await winch.addHost(name, { patch, rebootDurationMs: 500 + random(3_000) }));
  }
  await winch.addPackage(
    aPackage('Chaos')
      .withParameter('TOKEN', { secret: true, pattern: '^\\S+$' })
      .withStep(aCommand('First', 'first.exe'))
      .withStep(aCommand('Second', 'second.exe'))
      .withStep(aCommand('Third', 'echo third %WINCH_TOKEN% end')),
  );
  return hosts;
}

/** Orders and disturbs at the same time. Answers the deployments. */
async function disturb(scene: Scene, options: ChaosOptions): Promise<string[]> {
  const [ordering, disturbing] = await Promise.allSettled([
    orderAll(scene, options),
    scene.troubles.carryOut(planChaos(options)),
  ]);
  if (ordering.status === 'rejected') throw ordering.reason;
  if (disturbing.status === 'rejected') throw disturbing.reason;
  return ordering.value;
}

/** One deployment to a part of the fleet at each instant. */
async function orderAll({ winch, hosts }: Scene, { seed, pace }: ChaosOptions): Promise<string[]> {
  return Promise.all(
    pace.ordersAtMs.map(async (atMs, turn) => {
      await delay(atMs);
      const part = hosts.filter((_, index) => index % pace.ordersAtMs.length === turn);
      return orderOnce(winch, { key: `chaos-${seed}-${turn}`, hosts: part, pace });
    }),
  );
}

interface Order {
  readonly key: string;
  readonly hosts: readonly RegisteredHost[];
  readonly pace: Pace;
}

/** The api may be away, or die before it has answered: the same key orders once, whatever is sent again. */
async function orderOnce(winch: Winch, { key, hosts, pace }: Order): Promise<string> {
  const targets = { assets: hosts.map(({ name }) => name) };
  const body = { package: 'Chaos', targets, parameters: { TOKEN: PLANTED } };
  const send = async () => {
    const headers = { 'Idempotency-Key': key };
    const answer = await winch.client.request('POST', '/deployments', { body, headers });
    if (answer.status === 202) return (answer.body as DeploymentView).id;
    if (answer.body?.code === 'idempotency-answer-lost') return findLost(winch, hosts[0]);
    throw new Error(`POST /deployments answered ${answer.status}: ${answer.text}`);
  };
  return waitFor(`order ${key}`, send, { timeoutMs: pace.finishedWithinMs, everyMs: 500 });
}

/** As the problem's detail tells a client to: look for what was ordered. */
async function findLost({ client }: Winch, host: RegisteredHost | undefined): Promise<string | undefined> {
  const runs = `/assets/${host?.assetId}/runs`;
  const { items } = await client.get<{ items: { deploymentId: string }[] }>(runs);
  return items[0]?.deploymentId;
}
