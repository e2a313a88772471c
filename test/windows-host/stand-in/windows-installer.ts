import type { SimulatedProcess } from './simulated-process.js';

/**
 * The Windows Installer service: it works on one package at a time and, being a service, outlives a killed
 * msiexec. While it works it holds the mutex `Global\_MSIExecute`.
 */
export class WindowsInstaller {
  #client: SimulatedProcess | undefined;
  #busyUntilMs = 0;

  /** False when it is at work already. Otherwise it is busy until the client ends, and longer when that is killed. */
  begin(client: SimulatedProcess, lingersAfterKillMs: number): boolean {
    if (this.busyForMs() > 0) return false;
    this.#client = client;
    client.onEnd((exitCode) => {
      this.#client = undefined;
      this.#busyUntilMs = exitCode === 1 ? performance.now() + lingersAfterKillMs : 0;
    });
    return true;
  }

  /** Milliseconds until the mutex is free; infinite while its client lives. */
  busyForMs(): number {
    if (this.#client !== undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#busyUntilMs - performance.now());
  }

  /** The machine started again. */
  reset(): void {
    this.#client = undefined;
    this.#busyUntilMs = 0;
  }
}
