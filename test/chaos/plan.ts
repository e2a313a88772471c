import { type Random, seeded } from '../harness/builders/random-package.js';
import type { MisbehaviourInput } from '../windows-host/faults/misbehaviour.js';
import type { Pace, Range } from './pace.js';

/** A process of the deployment under test that can be killed. */
export type Victim = 'worker' | 'api' | 'redis';

/** How a journal lies: somebody with rights on the target appended a line that the runner never wrote. */
export const LIES = ['gap', 'repeated', 'wrong-index', 'other-content'] as const;
export type Lie = (typeof LIES)[number];

/** What goes wrong. Hosts are named by their position in the fleet. */
export type Trouble =
  /** `kill -9` of all victims at once; each is started again after `downMs`. */
  | { readonly kind: 'kill'; readonly victims: readonly Victim[]; readonly downMs: number }
  /** FLUSHALL. */
  | { readonly kind: 'flush' }
  /** SIGSTOP of the first worker, with a second, healthy one beside it; SIGCONT after `forMs`. */
  | { readonly kind: 'freeze'; readonly forMs: number }
  /** SIGSTOP of all victims, SIGCONT after `forMs`: a machine that is suspended, or moved to another one. */
  | { readonly kind: 'suspend'; readonly victims: readonly Victim[]; readonly forMs: number }
  /** SIGSTOP of Redis: connections stay, and new ones are taken, but nothing is answered. */
  | { readonly kind: 'unreachable'; readonly forMs: number }
  /** Another process holds SQLite's write lock. */
  | { readonly kind: 'locked'; readonly forMs: number }
  /** The disk under the database is full. */
  | { readonly kind: 'disk-full'; readonly forMs: number }
  /** Coming WinRM operations of these hosts go wrong. */
  | {
      readonly kind: 'connections';
      readonly hosts: readonly number[];
      readonly rule: MisbehaviourInput;
    }
  /** The hosts restart as if by their power buttons; with `torn`, in the middle of writing a journal line. */
  | { readonly kind: 'reboot'; readonly hosts: readonly number[]; readonly torn: boolean }
  /** The WinRM service of these hosts restarts. */
  | { readonly kind: 'restart-service'; readonly hosts: readonly number[] }
  /** The clocks of these hosts jump. */
  | { readonly kind: 'clock'; readonly hosts: readonly number[]; readonly offsetSeconds: number }
  /** The journals of these hosts lie. */
  | { readonly kind: 'lie'; readonly hosts: readonly number[]; readonly how: Lie };

export interface Disturbance {
  /** After the first order. */
  readonly atMs: number;
  readonly trouble: Trouble;
}

export interface ChaosOptions {
  readonly seed: number;
  readonly kills: number;
  /** One on each host. */
  readonly runs: number;
  readonly pace: Pace;
}

/** In the order in which a run needs them. */
export const OPERATIONS = ['Negotiate', 'Create', 'Command', 'Send', 'Receive', 'Signal', 'Delete'] as const;
/** What can happen to a connection. */
export const FAULTS = ['drop', 'reset', 'half-close', 'stall'] as const;
/** Far from the 24 h within which a run may start. */
const LARGEST_JUMP_SECONDS = 7_200;

interface Draw {
  readonly random: Random;
  readonly runs: number;
  readonly pace: Pace;
}

/** How often each trouble is drawn: the entries are equally likely. */
const DRAWS: readonly ((draw: Draw) => Trouble)[] = [
  (draw) => kill(draw, ['worker']),
  (draw) => kill(draw, ['worker']),
  (draw) => kill(draw, ['api']),
  (draw) => kill(draw, ['api']),
  (draw) => kill(draw, ['worker', 'api']),
  (draw) => kill(draw, ['redis']),
  (draw) => kill(draw, ['worker', 'api', 'redis']),
  () => ({ kind: 'flush' }),
  () => ({ kind: 'flush' }),
  ({ random, pace }) => ({ kind: 'freeze', forMs: within(random, pace.frozen) }),
  ({ random, pace }) => ({ kind: 'unreachable', forMs: within(random, pace.unreachable) }),
  ({ random, pace }) => ({ kind: 'locked', forMs: within(random, pace.locked) }),
  ({ random, pace }) => ({ kind: 'disk-full', forMs: within(random, pace.full) }),
  connections,
  connections,
  connections,
  (draw) => ({ kind: 'reboot', hosts: someHosts(draw, 3), torn: draw.random(2) === 0 }),
  (draw) => ({ kind: 'restart-service', hosts: someHosts(draw, 5) }),
  (draw) => ({ kind: 'clock', hosts: someHosts(draw, 5), offsetSeconds: jump(draw.random) }),
  (draw) => ({ kind: 'lie', hosts: someHosts(draw, 3), how: pick(draw.random, LIES) }),
];

/** The disturbances of one chaos run, in the order of their instants. The same for the same options. */
export function planChaos({ seed, kills, runs, pace }: ChaosOptions): Disturbance[] {
  const random = seeded(seed);
  return Array.from({ length: kills }, () => ({
    atMs: 200 + random(pace.windowMs),
    trouble: pick(random, DRAWS)({ random, runs, pace }),
  })).toSorted((left, right) => left.atMs - right.atMs);
}

/** One line for a person: what happens, and to whom. */
export function describeTrouble(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'kill':
      return `kill -9 of ${trouble.victims.join(', ')} for ${trouble.downMs} ms`;
    case 'flush':
      return 'FLUSHALL';
    case 'freeze':
      return `SIGSTOP of the worker for ${trouble.forMs} ms`;
    case 'suspend':
      return `SIGSTOP of ${trouble.victims.join(', ')} for ${trouble.forMs} ms`;
    case 'unreachable':
      return `SIGSTOP of Redis for ${trouble.forMs} ms`;
    case 'locked':
      return `the database locked for ${trouble.forMs} ms`;
    case 'disk-full':
      return `the database's disk full for ${trouble.forMs} ms`;
    case 'connections':
      return `${JSON.stringify(trouble.rule)} at hosts ${trouble.hosts.join(', ')}`;
    case 'reboot':
      return `reboot${trouble.torn ? ' in mid-line' : ''} of hosts ${trouble.hosts.join(', ')}`;
    case 'restart-service':
      return `restart of WinRM at hosts ${trouble.hosts.join(', ')}`;
    case 'clock':
      return `clock ${trouble.offsetSeconds} s off at hosts ${trouble.hosts.join(', ')}`;
    case 'lie':
      return `journal lies (${trouble.how}) at hosts ${trouble.hosts.join(', ')}`;
  }
}

function kill({ random, pace }: Draw, victims: readonly Victim[]): Trouble {
  return { kind: 'kill', victims, downMs: within(random, pace.down) };
}

function connections(draw: Draw): Trouble {
  const { random } = draw;
  const fault = pick(random, FAULTS);
  const rule: MisbehaviourInput = {
    on: pick(random, OPERATIONS),
    nth: 1 + random(3),
    do: fault,
    when: random(2) === 0 ? 'before' : 'after',
    ...(fault === 'stall' ? { forMs: 1_000 + random(7_000) } : {}),
  };
  return { kind: 'connections', hosts: someHosts(draw, 8), rule };
}

function jump(random: Random): number {
  return random(2 * LARGEST_JUMP_SECONDS) - LARGEST_JUMP_SECONDS;
}

function within(random: Random, { fromMs, spanMs }: Range): number {
  return fromMs + random(spanMs);
}

/** Between one and `most` different hosts. */
function someHosts({ random, runs }: Draw, most: number): number[] {
  const chosen = Array.from({ length: 1 + random(most) }, () => random(runs));
  return [...new Set(chosen)];
}

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from');
  return item;
}
