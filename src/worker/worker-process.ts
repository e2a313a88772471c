import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../shared/clock.js';
import { messageOf } from '../shared/errors.js';
import { ActiveRuns } from './active-runs.js';
import { type DoorClient, DoorError } from './door-client.js';
import { EventSender } from './event-sender.js';
import { Heartbeat } from './heartbeat.js';
import { JobFollower } from './job-follower.js';
import { RunConsumer } from './run-consumer.js';
import { ScanErrands } from './scan-errand.js';
import { WakeConsumer } from './wake-consumer.js';
import type { WorkerLog } from './worker-log.js';

export interface WorkerOptions {
  readonly door: DoorClient;
  readonly redisUrl: string;
  readonly jobKey: Buffer;
  readonly concurrency: number;
  readonly host: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: WorkerLog;
}

/** A stop must be over before the supervisor's patience is (DESIGN section 7: hand back within 10 s). */
const DETACH_LIMIT_MS = 8_000;

/** One worker: takes jobs, follows runs, reports. Everything that it opens, `stop` closes. */
export class WorkerProcess {
  readonly #options: WorkerOptions;
  readonly #runs = new ActiveRuns();
  readonly #sender: EventSender;
  readonly #heartbeat: Heartbeat;
  readonly #consumer: RunConsumer;
  readonly #scans: ScanErrands;
  readonly #wakes: WakeConsumer;
  #isDraining = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { door, log } = options;
    const common = { door, onInstructions: this.#runs.obey.bind(this.#runs), onTrouble: this.#onTrouble };
    this.#sender = new EventSender(common);
    const { host, version, concurrency } = options;
    const registration = { instanceId: door.instanceId, host, version, concurrency };
    this.#heartbeat = new Heartbeat({
      ...common,
      runs: this.#runs,
      registration,
      isDraining: () => this.#isDraining,
    });
    this.#wakes = new WakeConsumer({ redisUrl: options.redisUrl, onWake: () => this.#heartbeat.beatNow() });
    this.#scans = new ScanErrands(options);
    const follower = new JobFollower({
      ...options,
      sender: this.#sender,
      runs: this.#runs,
      scans: this.#scans,
    });
    this.#consumer = new RunConsumer({
      ...options,
      follow: (jobId, sealed, signal) => follower.follow(jobId, sealed, signal),
      onTrouble: (event, error) => log.warn(event, { error: messageOf(error) }),
    });
  }

  /** Resolves when the api knows this worker and jobs are taken. */
  async start(): Promise<void> {
    await this.#heartbeat.start();
    this.#sender.start();
    this.#consumer.start();
    this.#wakes.start();
    this.#options.log.info('worker.started', { instanceId: this.#options.door.instanceId });
  }

  /** Lets go of every run and hands them back: they go on at their targets, and another worker follows. */
  async stop(): Promise<void> {
    this.#isDraining = true;
    this.#wakes.close();
    this.#options.log.info('worker.detaching', { runs: this.#runs.size });
    const closed = this.#consumer.close();
    this.#runs.abandonAll();
    this.#scans.abandonAll();
    await Promise.race([closed, delay(DETACH_LIMIT_MS, undefined, { ref: false })]);
    await this.#sender.stop();
    await this.#heartbeat.stop();
    await this.#handBack();
    this.#options.log.info('worker.stopped');
  }

  async #handBack(): Promise<void> {
    try {
      await this.#options.door.detach(AbortSignal.timeout(2_000));
    } catch (error) {
      // The api will miss the beats and hand the runs on by itself, a little later.
      this.#options.log.warn('worker.not-handed-back', { error: messageOf(error) });
    }
  }

  readonly #onTrouble = (error: DoorError): void => {
    this.#options.log.warn('api.trouble', { code: error.code, error: error.message });
  };
}
