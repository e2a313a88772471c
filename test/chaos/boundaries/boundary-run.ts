import { setTimeout as delay } from 'node:timers/promises';
import { aCommand, aPackage } from '../../harness/builders/package.js';
import { waitFor } from '../../harness/wait-for.js';
import { Winch } from '../../harness/winch.js';
import { DataDisk } from '../data-disk.js';
import { Journals } from '../journals.js';
import { type ChaosResult, judge } from '../judge.js';
import { paceNamed } from '../pace.js';
import type { Trouble } from '../plan.js';
import { Troubles } from '../troubles.js';
import { Between } from './between.js';
import { Holds, type Post } from './holds.js';
import { BOUNDARIES, type Boundary } from './table.js';

/** Long enough for a signal to be delivered, short enough that what is held has not moved. */
const STRUCK_AFTER_MS = 250;
/** These are over at once, and everything stands still meanwhile. */
const INSTANT: readonly Trouble['kind'][] = ['flush'];
/** A client gives Signal and Delete up after 5 s: runs that are held there must come last. */
const LAST: readonly string[] = ['Signal', 'Delete'];

export interface BoundaryResult extends ChaosResult {
  /** Boundaries at which no run was held at the instant of the trouble. */
  readonly missed: readonly string[];
}

/** What happens to everything at once, given the positions of all hosts. */
export type Strike = (hosts: readonly number[]) => Trouble;

/** Holds one run at each boundary of the flow, all at the same time, causes the trouble there, and lets them go. */
export async function strikeBoundaries(strike: Strike): Promise<BoundaryResult> {
  const pace = paceNamed('usual');
  await using disk = await DataDisk.create({ mount: true });
  await using between = new Between();
  await using winch = await Winch.start({ dataDir: disk.folder, through: (real) => between.join(real) });
  const posts = await furnish(winch);
  const hosts = posts.map(({ host }) => host);
  using journals = new Journals(hosts);
  await using troubles = new Troubles({ winch, hosts, disk });
  const holds = new Holds(winch, between);
  const deploymentIds = await holdAll(holds, posts);
  const missed = holds.missed(posts);
  await carryOut(troubles, strike([...hosts.keys()]), () => holds.release(posts));
  await resume(winch, deploymentIds);
  const result = await judge({ winch, hosts, journals, troubles }, { deploymentIds, pace });
  return { ...result, missed };
}

/** A host for each boundary, named by its number in the table. */
async function furnish(winch: Winch): Promise<Post[]> {
  const posts: Post[] = [];
  for (const [index, boundary] of BOUNDARIES.entries()) {
    const name = `B-${String(index + 1).padStart(2, '0')}`;
    const durationMs = comesLast(boundary) ? 6_000 : 700;
    const patch = {
      programs: {
        'first.exe': { output: ['one', 'two'], durationMs },
        'second.exe': { output: ['three'], durationMs: 300 },
      },
    };
    const host = await winch.addHost(name, { patch, rebootDurationMs: 1_500, claimWaitMs: 60_000 });
    posts.push({ boundary, host });
  }
  await winch.addPackage(
    aPackage('Chaos')
      .withStep(aCommand('First', 'first.exe'))
      .withStep(aCommand('Second', 'second.exe'))
      .withStep(aCommand('Third', 'echo third end')),
  );
  return posts;
}

/** Those that can wait long come first. The job that is not removed keeps the worker from taking any other. */
async function holdAll(holds: Holds, posts: readonly Post[]): Promise<string[]> {
  const of = (...where: string[]) => posts.filter(({ boundary }) => where.includes(boundary.at.where));
  const deploymentIds: string[] = [];
  for (const [ordered, awaited] of [
    [of('release'), of('release')],
    [of('door'), of('door')],
    [of('host', 'claim', 'remove'), of('remove')],
    [of('take'), of('take')],
    [of('add'), posts],
  ] as const) {
    deploymentIds.push(await holds.order(ordered));
    await holds.reached(awaited);
  }
  return deploymentIds;
}

function comesLast({ at }: Boundary): boolean {
  return at.where === 'host' && LAST.includes(at.on);
}

async function carryOut(troubles: Troubles, trouble: Trouble, release: () => void): Promise<void> {
  const over = troubles.cause(trouble);
  await (INSTANT.includes(trouble.kind) ? over : Promise.race([over, delay(STRUCK_AFTER_MS)]));
  release();
  await over;
}

/** The one that was held by a pause of its deployment. The api may just be coming up. */
async function resume({ client }: Winch, deploymentIds: readonly string[]): Promise<void> {
  const [paused] = deploymentIds;
  const send = async () => {
    const { status } = await client.request('POST', `/deployments/${paused}/resume`);
    return status < 300;
  };
  await waitFor('the paused deployment to be resumed', send, { timeoutMs: 60_000, everyMs: 250 });
}
