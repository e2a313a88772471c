import type { Clock } from '../shared/clock.js';
import { FaultError, TransportError } from '../winrm/index.js';
import { reconnectDelayMs } from './reconnect-delay.js';

/**
 * After WinRM refused Create or Command because a quota was used up. Windows gives up what idles within 30 s (measured by
 * MetricsHub on 2008 R2), and several of our runs may have come at once; four waits, 50 s in all.
 */
const QUOTA_WAITS_MS = [5_000, 10_000, 15_000, 20_000] as const;

/** Beginning with the first failure, no further attempt begins later than this. */
const TRANSPORT_LIMIT_MS = 20_000;

/**
 * With these the next packet may find another state of things: a lost one, a machine or a WinRM service that is just
 * starting. A refused connection or a name that does not exist are answers, and end the run at once.
 */
const PASSING: readonly TransportError['code'][] = [
  'connect-timeout',
  'timed-out',
  'host-unreachable',
  'connection-reset',
];

/**
 * Decides whether a target is asked again after a failure before anything was sent that could have started the run.
 * Wrong passwords, untrusted certificates and every other refusal are never repeated.
 */
export class StartRetries {
  readonly #clock: Clock;
  readonly #random: () => number;
  #quotaRefusals = 0;
  #transportFailures = 0;
  #firstTransportFailureMs = 0;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How long to wait before the target is asked again; null: the failure stands. */
  waitAfter(error: unknown): number | null {
    if (error instanceof FaultError && error.isQuotaExceeded) return this.#afterQuota();
    if (error instanceof TransportError && PASSING.includes(error.code)) return this.#afterTransport();
    return null;
  }

  #afterQuota(): number | null {
    const waitMs = QUOTA_WAITS_MS[this.#quotaRefusals] ?? null;
    this.#quotaRefusals += 1;
    return waitMs;
  }

  #afterTransport(): number | null {
    const nowMs = this.#clock.monotonicMs();
    if (this.#transportFailures === 0) this.#firstTransportFailureMs = nowMs;
    this.#transportFailures += 1;
    const waitMs = reconnectDelayMs(this.#transportFailures, this.#random);
    return nowMs + waitMs - this.#firstTransportFailureMs > TRANSPORT_LIMIT_MS ? null : waitMs;
  }
}
