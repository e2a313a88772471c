import { systemClock, type Clock } from '../../src/shared/clock.js';
import { DoorClient } from '../../src/worker/door-client.js';
import { WorkerProcess } from '../../src/worker/worker-process.js';
import { machineAccess } from '../windows-host/stand-in/testing/contract-host.js';
import { createStandInBackend } from '../windows-host/stand-in/backend.js';
import { startWindowsHost, type WindowsHost } from '../windows-host/host.js';
import { randomUUID } from 'node:crypto';
import type { DispatchBench } from './dispatch.js';

/** The system's clock, which a test can put forward. */
export class ShiftedClock implements Clock {
  #aheadMs = 0;

  now(): Date {
    return new Date(systemClock.now().getTime() + this.#aheadMs);
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#aheadMs;
  }

  advanceMs(ms: number): void {
    this.#aheadMs += ms;
  }
}

/** A simulated host that a bench knows as the asset `LIVE`, with the account of the bench's credential. */
export class LiveTarget implements AsyncDisposable {
  private constructor(
    readonly host: WindowsHost,
    readonly machine: ReturnType<typeof machineAccess>,
  ) {}

  static async start(bench: DispatchBench): Promise<LiveTarget> {
    const backend = createStandInBackend({ name: 'LIVE' });
    const accounts = [{ user: 'Admin', password: 'Right-1234' }];
    const host = await startWindowsHost({ name: 'LIVE', backend, accounts });
    await bench.create('/assets', {
      name: 'LIVE',
      address: host.address,
      port: host.port,
      transport: 'http',
    });
    return new LiveTarget(host, machineAccess(backend));
  }

  /** Names of what is in a run's folder. */
  folderOf(targetRunId: string): Promise<string[]> {
    return this.machine.listFolder(`C:\\Windows\\Winch\\runs\\${targetRunId}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
  }
}

/** The real worker, in this process. */
export async function startWorker(
  bench: Pick<DispatchBench, 'api'>,
  changes: { readonly clock?: Clock; readonly jobKey?: Buffer } = {},
): Promise<AsyncDisposable> {
  const { config, url } = bench.api;
  const nothing = () => undefined;
  const door = new DoorClient({
    apiUrl: url,
    apiToken: config.worker.apiToken,
    instanceId: randomUUID(),
  });
  const worker = new WorkerProcess({
    door,
    redisUrl: config.redisUrl,
    jobKey: changes.jobKey ?? config.worker.jobKey,
    concurrency: 100,
    host: 'test',
    version: '0',
    clock: changes.clock ?? systemClock,
    log: { info: nothing, warn: nothing, error: nothing },
  });
  await worker.start();
  return { [Symbol.asyncDispose]: () => worker.stop() };
}
