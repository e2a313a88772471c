import type { RegisteredHost } from '../../harness/fleet.js';
import { waitFor } from '../../harness/wait-for.js';
import type { Winch } from '../../harness/winch.js';
import type { StandInPatch } from '../../windows-host/model/model-patch.js';
import { stageOf } from '../journals.js';
import type { Between } from './between.js';
import type { Held } from './held.js';
import type { Boundary, HoldPoint } from './table.js';

/** One run of the fleet and the boundary at which it is to be held. */
export interface Post {
  readonly boundary: Boundary;
  readonly host: RegisteredHost;
}

/** Ours, not a slow machine's: the limit within which every run must have come to its boundary. */
const HELD_WITHIN_MS = 60_000;
const NOWHERE: Held = { isHeld: false };

/** Holds runs at their boundaries. */
export class Holds {
  readonly #held = new Map<Post, Held>();

  constructor(
    private readonly winch: Winch,
    private readonly between: Between,
  ) {}

  /** Orders one deployment to the hosts of these posts, so that none of its runs passes its boundary. */
  async order(posts: readonly Post[]): Promise<string> {
    const { client } = this.winch;
    await client.post('/queue/pause', { reason: 'boundaries' });
    const assets = posts.map(({ host }) => host.name);
    const { id } = await client.deploy({ package: 'Chaos', targets: { assets } });
    for (const run of await client.runs(id)) {
      const post = posts.find(({ host }) => host.name === run.asset.name);
      if (post !== undefined)
        this.#held.set(post, await this.#arm(post, { runId: run.id, deploymentId: id }));
    }
    await client.post('/queue/resume');
    return id;
  }

  /** Resolves when each of them is held, and anyway after a while: what is missed then is told with the result. */
  async reached(posts: readonly Post[]): Promise<void> {
    const waiting = { timeoutMs: HELD_WITHIN_MS, everyMs: 10 };
    await waitFor('all to be held', () => this.missed(posts).length === 0, waiting).catch(() => undefined);
  }

  /** Those that are not held at this moment. */
  missed(posts: readonly Post[]): string[] {
    return posts
      .filter((post) => !(this.#held.get(post) ?? NOWHERE).isHeld)
      .map((post) => post.boundary.name);
  }

  release(posts: readonly Post[]): void {
    this.between.release();
    for (const { host, boundary } of posts) {
      host.host.behave();
      if (boundary.at.where === 'claim') holdClaim(host, false);
    }
  }

  async #arm({ boundary: { at }, host }: Post, ids: Ids): Promise<Held> {
    switch (at.where) {
      case 'release':
        await this.winch.client.post(`/deployments/${ids.deploymentId}/pause`);
        return { isHeld: true };
      case 'add':
        return this.between.redisOfApi.hold(addsJob);
      case 'take':
        return this.#inQueue(ids.runId);
      case 'remove':
        return this.between.redisOfWorker.hold((commands) => removesJob(commands, ids.runId));
      case 'door':
        return this.between.door.hold({ targetRunId: ids.runId, type: at.type, side: at.side });
      case 'host':
        return stallAt(host, at);
      case 'claim':
        holdClaim(host, true);
        return {
          get isHeld() {
            return host.backend.tasks().length > 0 && stageOf(host) === 'not-claimed';
          },
        };
    }
  }

  /** Held by the worker's connection, which stands still behind the removal of another job. */
  #inQueue(runId: string): Held {
    const held = { isHeld: false };
    const look = async () => {
      const redis = this.winch.redis.connect();
      try {
        const waiting = await redis.lrange('bull:winch-runs:wait', 0, -1);
        held.isHeld = waiting.some((id) => id.startsWith(runId));
        return held.isHeld;
      } finally {
        redis.disconnect();
      }
    };
    void waitFor('the job to be in the queue', look, { timeoutMs: HELD_WITHIN_MS }).catch(() => undefined);
    return held;
  }
}

interface Ids {
  readonly runId: string;
  readonly deploymentId: string;
}

function stallAt({ host }: RegisteredHost, at: Extract<HoldPoint, { where: 'host' }>): Held {
  host.misbehave({ on: at.on, nth: at.nth, do: 'stall', when: at.when });
  return {
    get isHeld() {
      return host.stalled() > 0;
    },
  };
}

function holdClaim({ backend }: RegisteredHost, holdsClaim: boolean): void {
  const patch: StandInPatch = { quirks: { holdsClaim } };
  backend.patchModel(patch);
}

/** BullMQ's addStandardJob: its keys begin with these, and a job's own data follows. */
function addsJob(commands: string): boolean {
  return /evalsha/i.test(commands) && commands.includes('bull:winch-runs:marker');
}

/** BullMQ's moveToFinished: the only script that names the list of ended jobs and a job. */
function removesJob(commands: string, runId: string): boolean {
  return commands.includes('bull:winch-runs:completed') && commands.includes(`bull:winch-runs:${runId}`);
}
