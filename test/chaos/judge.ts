import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/shared/errors.js';
import type { RegisteredHost } from '../harness/fleet.js';
import type { Winch } from '../harness/winch.js';
import type { RunEvidence } from './evidence.js';
import { brokenPromises, longestRecoveryMs } from './invariants.js';
import type { Journals } from './journals.js';
import { leftovers } from './leftovers.js';
import type { Pace } from './pace.js';
import { readStoredEvents } from './stored-events.js';
import type { Troubles } from './troubles.js';

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

/** All who took part, one run on each host. */
export interface Scene {
  readonly winch: Winch;
  readonly hosts: readonly RegisteredHost[];
  readonly journals: Journals;
  readonly troubles: Troubles;
}

export interface Case {
  readonly deploymentIds: readonly string[];
  readonly pace: Pace;
}

/** Waits for the end of everything that was ordered, and compares what Winch tells with what happened. */
export async function judge(scene: Scene, toJudge: Case): Promise<ChaosResult> {
  return withEvidence(scene, 'What came of it could not be asked', () => compare(scene, toJudge));
}

/** Does a part of a chaos run. Where that fails, data and logs are kept, and the error says where. */
export async function withEvidence<T>(
  { winch, troubles }: Scene,
  failing: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const lines = [`${failing}: ${messageOf(error)}`, ...troubles.story];
    throw new Error(`${lines.join('\n')}\nData and logs are kept in ${keep(winch)}`, { cause: error });
  }
}

async function compare(scene: Scene, { deploymentIds, pace }: Case): Promise<ChaosResult> {
  const { winch, hosts, troubles } = scene;
  const unfinished = await awaitEnd(winch, { deploymentIds, pace });
  const looking = { waitsForSweeps: pace.waitsForSweeps, workerWasLost: troubles.workerLosses > 0 };
  const left = unfinished.length > 0 ? [] : await leftovers(winch, { hosts, deploymentIds, ...looking });
  const evidence = await gather(scene, deploymentIds);
  const isComplete = evidence.length === hosts.length;
  const ordered = isComplete ? [] : [`${evidence.length} runs of ${hosts.length} orders`];
  const broken = [
    ...unfinished,
    ...ordered,
    ...evidence.flatMap(brokenPromises),
    ...left,
    ...troubles.crashes,
  ];
  return {
    runs: evidence.length,
    outcomes: countedOutcomes(evidence),
    maxRecoveryMs: Math.max(0, ...evidence.map((one) => recoveryOf(one, troubles))),
    broken,
    story: troubles.story,
    keptIn: broken.length > 0 ? keep(winch) : null,
  };
}

/** Answers which deployments have not ended by the deadline. */
async function awaitEnd({ client }: Winch, { deploymentIds, pace }: Case): Promise<string[]> {
  const waiting = { timeoutMs: pace.finishedWithinMs, everyMs: 250 };
  const settled = await Promise.allSettled(deploymentIds.map((id) => client.finished(id, waiting)));
  return settled.flatMap((end) => (end.status === 'rejected' ? [(end.reason as Error).message] : []));
}

async function gather({ winch, hosts, journals, troubles }: Scene, ids: readonly string[]) {
  const stored = readStoredEvents(winch.dataDir);
  const { onHosts, workerLosses } = troubles;
  const evidence: RunEvidence[] = [];
  for (const run of await runsOf(winch, ids)) {
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
  return evidence;
}

async function runsOf({ client }: Winch, deploymentIds: readonly string[]) {
  return (await Promise.all(deploymentIds.map((id) => client.runs(id)))).flat();
}

function startsOn(host: RegisteredHost): Record<string, number> {
  return {
    First: host.startsOf('first.exe'),
    Second: host.startsOf('second.exe'),
    Third: host.startedWith('echo third').length,
  };
}

/** Where a host's clock jumps, the instants of its journal tell nothing. */
function recoveryOf({ host, events }: RunEvidence, { onHosts }: Troubles): number {
  return onHosts.wrongClocks.has(host) ? 0 : longestRecoveryMs(events);
}

function countedOutcomes(evidence: readonly RunEvidence[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { run } of evidence) counts[run.outcome ?? 'none'] = (counts[run.outcome ?? 'none'] ?? 0) + 1;
  return counts;
}

function keep(winch: Winch): string {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-evidence-'));
  cpSync(winch.folder, folder, { recursive: true });
  cpSync(winch.dataDir, join(folder, 'data'), { recursive: true });
  return folder;
}
