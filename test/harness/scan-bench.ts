import { RunQueue } from '../../src/dispatch/run-queue.js';
import type { StandInPatch } from '../windows-host/model/model-patch.js';
import { DispatchBench, type DispatchOptions } from './dispatch.js';
import { LiveTarget, ShiftedClock, startWorker } from './live-target.js';
import { waitFor } from './wait-for.js';

/** What a path of the API answers, as tests compare it. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests compare parts of foreign JSON
type Body = any;

/** The whole api, the real worker and one simulated host, `LIVE`, to be scanned. */
export class ScanBench implements AsyncDisposable {
  readonly bench: DispatchBench;
  readonly target: LiveTarget;
  readonly clock: ShiftedClock;
  readonly assetId: string;
  readonly worker: AsyncDisposable;

  private constructor(parts: Pick<ScanBench, 'bench' | 'target' | 'clock' | 'assetId' | 'worker'>) {
    this.bench = parts.bench;
    this.target = parts.target;
    this.clock = parts.clock;
    this.assetId = parts.assetId;
    this.worker = parts.worker;
  }

  static async start(options: Omit<DispatchOptions, 'clock'> = {}): Promise<ScanBench> {
    const clock = new ShiftedClock();
    const bench = await DispatchBench.start({ ...options, clock });
    const target = await LiveTarget.start(bench);
    const { body } = await bench.api.request('GET', '/api/v1/assets?name=LIVE');
    const worker = await startWorker(bench, { clock });
    return new ScanBench({ bench, target, clock, assetId: body.items[0].id as string, worker });
  }

  /** Puts the api's clock forward. The worker says at once that it lives, or it would be taken for silent. */
  advanceMs(ms: number): void {
    this.clock.advanceMs(ms);
    this.bench.api.running.app.get(RunQueue).wakeWorkers();
  }

  /** Changes the host. */
  patch(patch: StandInPatch): void {
    this.target.host.backend.patchModel(patch);
  }

  async get(path: string): Promise<Body> {
    return (await this.bench.api.request('GET', `/api/v1${path}`)).body;
  }

  /** Orders a scan; answers its id. */
  async order(assetId = this.assetId): Promise<string> {
    return (await this.bench.create(`/assets/${assetId}/scan`, {})).id;
  }

  /** The scan, once it is in a state. */
  async inState(scanId: string, state: string): Promise<Body> {
    return waitFor(`the scan is ${state}`, async () => {
      const scan = await this.get(`/scans/${scanId}`);
      return scan.state === state && scan;
    });
  }

  /** The scan, once it has ended. */
  async ended(scanId: string): Promise<Body> {
    return this.inState(scanId, 'finished');
  }

  async scan(assetId = this.assetId): Promise<Body> {
    return this.ended(await this.order(assetId));
  }

  async asset(): Promise<Body> {
    return this.get(`/assets/${this.assetId}`);
  }

  async software(query = ''): Promise<Body[]> {
    return (await this.get(`/assets/${this.assetId}/software${query}`)).items;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker[Symbol.asyncDispose]();
    await this.target[Symbol.asyncDispose]();
    await this.bench[Symbol.asyncDispose]();
  }
}
