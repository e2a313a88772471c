import { setTimeout as delay } from 'node:timers/promises';
import type { ScanPayload } from '../dispatch/domain/sealed-job.js';
import type { ScanEnding } from '../scanning/domain/scan-door.js';
import type { Clock } from '../shared/clock.js';
import { messageOf } from '../shared/errors.js';
import type { SessionOptions } from '../winrm/index.js';
import { type DoorClient, DoorError } from './door-client.js';
import { scanAsset } from './scan-asset.js';
import { TargetDoor } from './target-session.js';
import type { WorkerLog } from './worker-log.js';

export interface ScanErrandParts {
  readonly door: DoorClient;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly onWinrmEvent?: SessionOptions['onEvent'];
}

/** How long a report is tried again while the api is away; later the api has begun the scan anew. */
const REPORT_LIMIT_MS = 60_000;
const REPORT_RETRY_MS = 2_000;

/** Carries out the jobs of scans: asks whether this attempt counts, scans, reports. */
export class ScanErrands {
  readonly #parts: ScanErrandParts;
  readonly #letGo = new AbortController();

  constructor(parts: ScanErrandParts) {
    this.#parts = parts;
  }

  /** Resolves when the attempt is reported, or is not (or no longer) ours to make. */
  async carryOut(job: ScanPayload, signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#letGo.signal]);
    try {
      await this.#scan(job, stop);
    } catch (error) {
      if (stop.aborted) return this.#parts.log.info('scan.released', refOf(job));
      // Not reported: the api takes the attempt for lost and begins anew.
      this.#parts.log.error('scan.worker-error', { ...refOf(job), error: messageOf(error) });
    }
  }

  /** Lets go of every scan under way: nothing on an asset is left by that. */
  abandonAll(): void {
    this.#letGo.abort('detached');
  }

  async #scan(job: ScanPayload, stop: AbortSignal): Promise<void> {
    const { door, log } = this.#parts;
    // The fence: the asset is touched only when the api has said that this attempt counts.
    const { go } = await door.beginScan(job.scanId, this.#attempt(job), stop);
    if (!go) return log.info('scan.superseded', refOf(job));
    const result = await scanAsset(this.#targetDoor(job, stop), stop).catch((error: unknown) => {
      stop.throwIfAborted();
      log.error('scan.worker-error', { ...refOf(job), error: messageOf(error) });
      return workerError(error);
    });
    await this.#report(job, result, stop);
    log.info('scan.reported', { ...refOf(job), result: result.ok ? 'succeeded' : result.failureReason });
  }

  #attempt({ epoch }: ScanPayload) {
    return { instanceId: this.#parts.door.instanceId, epoch };
  }

  #targetDoor(job: ScanPayload, stop: AbortSignal): TargetDoor {
    const { door, clock, onWinrmEvent } = this.#parts;
    return new TargetDoor(job, {
      clock,
      onRefused: ({ id, version }) => {
        const refusal = { ...this.#attempt(job), credentialId: id, credentialVersion: version };
        return this.#persistently(() => door.refuseLogon(job.scanId, refusal, stop), stop);
      },
      ...(onWinrmEvent ? { onEvent: onWinrmEvent } : {}),
    });
  }

  /** An answer that the api does not take is no answer: the scan fails as unreadable. */
  async #report(job: ScanPayload, result: ScanEnding, stop: AbortSignal): Promise<void> {
    const { door } = this.#parts;
    const send = (ending: ScanEnding) =>
      this.#persistently(
        () => door.endScan(job.scanId, { ...this.#attempt(job), result: ending }, stop),
        stop,
      );
    await send(result).catch(async (error: unknown) => {
      if (!(error instanceof DoorError) || error.code !== 'content-refused' || !result.ok) throw error;
      await send(unreadable(error));
    });
  }

  async #persistently(say: () => Promise<void>, stop: AbortSignal): Promise<void> {
    const endMs = this.#parts.clock.monotonicMs() + REPORT_LIMIT_MS;
    for (;;) {
      try {
        return await say();
      } catch (error) {
        const isAway = error instanceof DoorError && error.code === 'api-unreachable';
        if (!isAway || this.#parts.clock.monotonicMs() > endMs) throw error;
        await delay(REPORT_RETRY_MS, undefined, { signal: stop });
      }
    }
  }
}

function refOf({ scanId, epoch }: ScanPayload): { readonly scanId: string; readonly epoch: number } {
  return { scanId, epoch };
}

function workerError(error: unknown): ScanEnding {
  return { ok: false, failureReason: 'worker-error', failureDetail: messageOf(error).slice(0, 2000) };
}

function unreadable(error: DoorError): ScanEnding {
  return { ok: false, failureReason: 'scan-unreadable', failureDetail: error.message.slice(0, 2000) };
}
