import { readFileSync } from 'node:fs';
import type { RegisteredHost } from '../harness/fleet.js';
import { waitFor } from '../harness/wait-for.js';
import type { Winch } from '../harness/winch.js';

/**
 * The slowest of these: a sweep on demand leaves runs alone that ended less than 150 s ago, and a job whose
 * worker was killed goes when its lock of 120 s is over and BullMQ has looked again, 30 s later at most.
 */
const GONE_WITHIN_MS = 300_000;
/** What no sweep has to come for goes at once. */
const GONE_AT_ONCE_MS = 15_000;
const LOOK_EVERY_MS = 2_000;

/** A job, or the lock of the worker that has taken it. */
const JOB_KEY = /^bull:winch-runs:([0-9a-f-]{36}-\d+)(?::lock)?$/;
const ENDED_LISTS = {
  list: ['wait', 'paused'],
  zset: ['delayed', 'completed', 'failed', 'prioritized'],
};

export interface LeftoverParts {
  readonly hosts: readonly RegisteredHost[];
  readonly deploymentIds: readonly string[];
  /** False: what Winch itself says is pending, a killed worker's jobs, and shells that nobody can delete may be left. */
  readonly waitsForSweeps: boolean;
  readonly workerWasLost: boolean;
}

interface Leftover {
  readonly what: string;
  /** Whether it is known to be there, and something that takes minutes will remove it. */
  readonly isAwaited: boolean;
}

/** Resolves, once nothing but tombstones is left, with an empty list; after a deadline with what is left. */
export async function leftovers(winch: Winch, parts: LeftoverParts): Promise<string[]> {
  const { waitsForSweeps } = parts;
  let left: Leftover[] = [];
  const look = async () => {
    left = await lookFor(winch, parts);
    if (left.length > 0) await winch.client.post('/queue/sweep');
    return left.length === 0;
  };
  try {
    const timeoutMs = waitsForSweeps ? GONE_WITHIN_MS : GONE_AT_ONCE_MS;
    await waitFor('nothing to be left', look, { timeoutMs, everyMs: LOOK_EVERY_MS });
    return [];
  } catch (error) {
    if (left.length === 0) return [`what is left could not be asked: ${String((error as Error).cause)}`];
    return left.flatMap(({ what, isAwaited }) => (isAwaited && !waitsForSweeps ? [] : [what]));
  }
}

async function lookFor(winch: Winch, parts: LeftoverParts): Promise<Leftover[]> {
  const { hosts, deploymentIds, workerWasLost } = parts;
  const pending = await pendingCleanUps(winch, deploymentIds);
  const shells = hosts.flatMap((host) => shellsOn(host).map((what) => ({ what, isAwaited: true })));
  const onHosts = hosts.flatMap((host) =>
    leftOn(host).map((what) => ({
      what,
      isAwaited: pending.has(host.name) || host.host.shells().length > 0,
    })),
  );
  const cleanUps = [...pending].map((name) => ({
    what: `${name}: its clean-up is pending`,
    isAwaited: true,
  }));
  const connections = connectionsTo(hosts).map((what) => ({ what, isAwaited: false }));
  return [...onHosts, ...shells, ...cleanUps, ...connections, ...(await jobsIn(winch, workerWasLost))];
}

/**
 * A shell whose worker was killed, or whose Create was carried out and not answered, ends by its idle timeout of 120 s,
 * and takes its process with it: nobody can delete it.
 */
function shellsOn({ name, host }: RegisteredHost): string[] {
  return host.shells().map(({ id }) => `${name}: shell ${id}`);
}

function leftOn({ name, backend }: RegisteredHost): string[] {
  const { files, processes } = backend.model;
  return [
    ...backend.tasks().map(({ path }) => `${name}: task ${path}`),
    ...processes.map(({ commandLine }) => `${name}: process ${commandLine.slice(0, 120)}`),
    ...Object.keys(files)
      .filter((path) => /\\Winch\\(?:runs|spool)\\./i.test(path) && !/\\claimed$/i.test(path))
      .map((path) => `${name}: file ${path}`),
  ];
}

/** Connections that anybody on this machine holds to the hosts' ports; Linux only, elsewhere there is no such file. */
function connectionsTo(hosts: readonly RegisteredHost[]): string[] {
  const names = new Map(hosts.map(({ name, host }) => [host.port, name]));
  return establishedPorts().flatMap((port) => {
    const name = names.get(port);
    return name === undefined ? [] : [`${name}: an open connection`];
  });
}

/** Remote ports of the established connections (proc(5), /proc/net/tcp: state 01). */
function establishedPorts(): number[] {
  const lines = readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, , remote = '', state] = line.trim().split(/\s+/);
    return state === '01' ? [Number.parseInt(remote.split(':')[1] ?? '', 16)] : [];
  });
}

/** A job that is still active belongs to a worker that was killed: its lock has to end first. */
async function jobsIn(winch: Winch, workerWasLost: boolean): Promise<Leftover[]> {
  const redis = winch.redis.connect();
  redis.on('error', () => undefined);
  try {
    const keys = (await redis.keys('bull:winch-runs:*')).filter((key) => JOB_KEY.test(key));
    const active = new Set(await redis.lrange('bull:winch-runs:active', 0, -1));
    const jobs = keys.map((key) => ({
      what: `Redis: ${key}`,
      isAwaited: workerWasLost && active.has(JOB_KEY.exec(key)?.[1] ?? ''),
    }));
    const listed = await countListed(redis);
    return listed > 0 ? [...jobs, { what: `Redis: ${listed} listed jobs`, isAwaited: false }] : jobs;
  } finally {
    redis.disconnect();
  }
}

async function countListed(redis: ReturnType<Winch['redis']['connect']>): Promise<number> {
  const lists = await Promise.all(ENDED_LISTS.list.map((name) => redis.llen(`bull:winch-runs:${name}`)));
  const sets = await Promise.all(ENDED_LISTS.zset.map((name) => redis.zcard(`bull:winch-runs:${name}`)));
  return [...lists, ...sets].reduce((sum, count) => sum + count, 0);
}

/** The names of the hosts of which Winch itself says that something is left there. */
async function pendingCleanUps(winch: Winch, deploymentIds: readonly string[]): Promise<Set<string>> {
  const runs = await Promise.all(deploymentIds.map((id) => winch.client.runs(id)));
  const pending = runs.flat().filter(({ cleanup }) => cleanup === 'pending');
  return new Set(pending.map(({ asset }) => asset.name));
}
