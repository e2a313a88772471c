import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentView } from '../../src/deployments/api/deployments.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { seeded } from '../harness/builders/random-package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { waitFor } from '../harness/wait-for.js';
import { Winch } from '../harness/winch.js';
import type { RunEvidence } from './evidence.js';
import { DataDisk } from './data-disk.js';
import { brokenPromises, longestRecoveryMs, PLANTED } from './invariants.js';
import { Journals } from './journals.js';
import { leftovers } from './leftovers.js';
import { type ChaosOptions, planChaos } from './plan.js';
import type { Pace } from './pace.js';
import { readStoredEvents } from './stored-events.js';
import { Troubles } from './troubles.js';

const ORDERED_WITHIN_MS = 120_000;

export interface ChaosResult {
  readonly runs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly maxRecoveryMs: number;
  /** What is not as it must be; empty when all is well. */
  readonly broken: readonly string[];
  /** What was done, in order. */
  readonly story: readonly string[];
  /** Where data and logs were kept; null when nothing is broken. */
  readonly keptIn: string | null;
}

/** Deploys to a fleet, disturbs it as the seed says, and checks everything afterwards. Leaves nothing running. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  await using disk = await DataDisk.create({ mount: options.pace.name !== 'quick' });
  await using winch = await Winch.start({ dataDir: disk.folder });
  const hosts = await furnish(winch, options);
  using journals = new Journals(hosts);
  await using troubles = new Troubles({ winch, hosts, disk });
  const chaos = new ChaosRun({ winch, hosts, journals, troubles });
  const result = await chaos.run(options);
  return { ...result, keptIn: result.broken.length > 0 ? keep(winch) : null };
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

function keep(winch: Winch): string {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-evidence-'));
  cpSync(winch.folder, folder, { recursive: true });
  cpSync(winch.dataDir, join(folder, 'data'), { recursive: true });
  return folder;
}

interface ChaosParts {
  readonly winch: Winch;
  readonly hosts: readonly RegisteredHost[];
  readonly journals: Journals;
  readonly troubles: Troubles;
}

class ChaosRun {
  constructor(private readonly parts: ChaosParts) {}

  async run(options: ChaosOptions): Promise<Omit<ChaosResult, 'keptIn'>> {
    const { hosts, troubles } = this.parts;
    const [ordering, disturbing] = await Promise.allSettled([
      this.#order(options),
      troubles.carryOut(planChaos(options)),
    ]);
    if (ordering.status === 'rejected') throw ordering.reason;
    if (disturbing.status === 'rejected') throw disturbing.reason;
    const deploymentIds = ordering.value;
    const unfinished = await this.#awaitEnd(deploymentIds, options.pace);
    const left = unfinished.length > 0 ? [] : await this.#lookForLeftovers(deploymentIds, options.pace);
    const evidence = await this.#gather(deploymentIds);
    const ordered =
      evidence.length === hosts.length ? [] : [`${evidence.length} runs of ${hosts.length} orders`];
    return {
      runs: evidence.length,
      outcomes: countedOutcomes(evidence),
      maxRecoveryMs: Math.max(0, ...evidence.map((one) => this.#recoveryOf(one))),
      broken: [...unfinished, ...ordered, ...evidence.flatMap(brokenPromises), ...left, ...troubles.crashes],
      story: troubles.story,
    };
  }

  /** One deployment to a part of the fleet at each instant. */
  async #order({ seed, pace }: ChaosOptions): Promise<string[]> {
    const { hosts } = this.parts;
    return Promise.all(
      pace.ordersAtMs.map(async (atMs, turn) => {
        await delay(atMs);
        const assets = hosts.filter((_, index) => index % pace.ordersAtMs.length === turn);
        return this.#orderOnce({ key: `chaos-${seed}-${turn}`, assets: assets.map(({ name }) => name) });
      }),
    );
  }

  /** The api may be away, or die before it has answered: the same key orders once, whatever is sent again. */
  async #orderOnce(order: { readonly key: string; readonly assets: readonly string[] }): Promise<string> {
    const { client } = this.parts.winch;
    const body = { package: 'Chaos', targets: { assets: order.assets }, parameters: { TOKEN: PLANTED } };
    const send = async () => {
      const headers = { 'Idempotency-Key': order.key };
      const answer = await client.request('POST', '/deployments', { body, headers });
      if (answer.status === 202) return (answer.body as DeploymentView).id;
      if (answer.body?.code === 'idempotency-answer-lost') return this.#findLost(order.assets);
      throw new Error(`POST /deployments answered ${answer.status}: ${answer.text}`);
    };
    return waitFor(`order ${order.key}`, send, { timeoutMs: ORDERED_WITHIN_MS, everyMs: 500 });
  }

  /** As the problem's detail tells a client to: look for what was ordered. */
  async #findLost([name]: readonly string[]): Promise<string | undefined> {
    const { hosts, winch } = this.parts;
    const asset = hosts.find((host) => host.name === name);
    const { items } = await winch.client.get<{ items: { deploymentId: string }[] }>(
      `/assets/${asset?.assetId}/runs`,
    );
    return items[0]?.deploymentId;
  }

  /** Answers which runs have not ended by the deadline. */
  async #awaitEnd(deploymentIds: readonly string[], { finishedWithinMs }: Pace): Promise<string[]> {
    const { client } = this.parts.winch;
    const ends = deploymentIds.map((id) =>
      client.finished(id, { timeoutMs: finishedWithinMs, everyMs: 250 }),
    );
    const settled = await Promise.allSettled(ends);
    return settled.flatMap((end) => (end.status === 'rejected' ? [(end.reason as Error).message] : []));
  }

  async #lookForLeftovers(deploymentIds: readonly string[], { waitsForSweeps }: Pace): Promise<string[]> {
    const { winch, hosts } = this.parts;
    return leftovers(winch, { hosts, deploymentIds, waitsForSweeps });
  }

  /** Where a host's clock jumps, the instants of its journal tell nothing. */
  #recoveryOf({ host, events }: RunEvidence): number {
    return this.parts.troubles.onHosts.wrongClocks.has(host) ? 0 : longestRecoveryMs(events);
  }

  async #gather(deploymentIds: readonly string[]): Promise<RunEvidence[]> {
    const { winch, hosts, journals, troubles } = this.parts;
    const stored = readStoredEvents(winch.dataDir);
    const { onHosts, workerLosses } = troubles;
    const evidence: RunEvidence[] = [];
    for (const id of deploymentIds) {
      for (const run of await winch.client.runs(id)) {
        const host = hosts.find(({ name }) => name === run.asset.name);
        if (host === undefined)
          throw new Error(`Run ${run.id} is of ${run.asset.name}, which is no host of this fleet`);
        evidence.push({
          host: host.name,
          run,
          events: await winch.client.events(run.id),
          stored: stored.get(run.id) ?? [],
          journal: journals.of(run.id),
          starts: startsOn(host),
          reboots: onHosts.reboots.get(host.name) ?? [],
          wasAway: onHosts.away.has(host.name),
          wasLiedAbout: onHosts.liars.has(host.name),
          followersWereLost: workerLosses > 1,
        });
      }
    }
    return evidence;
  }
}

function startsOn(host: RegisteredHost): Record<string, number> {
  return {
    First: host.startsOf('first.exe'),
    Second: host.startsOf('second.exe'),
    Third: host.startedWith('echo third').length,
  };
}

function countedOutcomes(evidence: readonly RunEvidence[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { run } of evidence) counts[run.outcome ?? 'none'] = (counts[run.outcome ?? 'none'] ?? 0) + 1;
  return counts;
}
