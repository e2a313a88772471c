import type { RunView } from '../../../src/deployments/api/runs.dto.js';
import { eventually } from '../../contract/operations/run-under-test.js';
import type { WinchClient } from '../../harness/client.js';
import type { Winch } from '../../harness/winch.js';
import type { EngineHost } from './engine-host.js';

/** Long enough for a worker to be taken for dead (30 s of silence) on a machine that is busy. */
export const PATIENCE = { timeoutMs: 300_000 };

/** How a run must have ended: its outcome, why, and how often each of its steps was started. */
export interface Expectation {
  readonly outcome: RunView['outcome'];
  readonly failureReason: RunView['failureReason'];
  readonly starts: readonly [first: number, last: number];
}

/** What befalls one host's run. */
export interface OwnTrouble {
  readonly expected: Expectation;
  readonly strike: (client: WinchClient, runId: string, host: EngineHost) => Promise<void>;
}

const UNDISTURBED: Expectation = {
  outcome: 'succeeded-reboot-required',
  failureReason: null,
  starts: [1, 1],
};

export const OWN_TROUBLES = {
  none: { expected: UNDISTURBED, strike: () => Promise.resolve() },
  cancel: {
    expected: { outcome: 'cancelled', failureReason: 'cancelled', starts: [1, 0] },
    // As an operator would: again when the api is away.
    strike: async (client, runId) =>
      void (await eventually(() => isCancelled(client, runId), 'the cancel is accepted')),
  },
  reboot: {
    expected: { outcome: 'interrupted', failureReason: 'target-rebooted', starts: [1, 0] },
    strike: (_client, _runId, host) => host.reboot(),
  },
} as const satisfies Record<string, OwnTrouble>;

async function isCancelled(client: WinchClient, runId: string): Promise<boolean> {
  try {
    return (await client.request('POST', `/runs/${runId}/cancel`)).status === 202;
  } catch {
    return false;
  }
}

/** What befalls Winch while its runs go on. */
export const COMMON_TROUBLES = {
  'the worker is killed and started again': async ({ worker }) => {
    await worker.kill();
    await worker.start();
  },
  'the api is killed and started again': async ({ api }) => {
    await api.kill();
    await api.start();
  },
  'both are killed and started again': async ({ api, worker }) => {
    await Promise.all([worker.kill(), api.kill()]);
    await api.start();
    await worker.start();
  },
  'the worker freezes, is replaced, and thaws': async (winch, runIds) => {
    winch.worker.freeze();
    await winch.addWorker();
    const reattached = runIds.map((id) =>
      winch.client.event(id, ({ type }) => type === 'run.reattached' || type === 'run.finished', PATIENCE),
    );
    await Promise.all(reattached);
    winch.worker.thaw();
  },
} satisfies Record<string, (winch: Winch, runIds: readonly string[]) => Promise<void>>;

/** The same choices for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number of a linear congruential generator (Numerical Recipes), its best bits. */
  choose<T>(choices: readonly T[]): T {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    const chosen = choices[Math.floor((this.#state / 2 ** 32) * choices.length)];
    if (chosen === undefined) throw new Error('There is nothing to choose from');
    return chosen;
  }
}
