import { win32 } from 'node:path';
import type { StartedProgram } from '../../model/machine.js';
import type { PowershellEngine } from './engine.js';
import type { WineModel } from './wine-model.js';

export interface PowerSettings {
  /** Whether what `shutdown.exe` was asked for happens; otherwise it is only recorded. Default false. */
  readonly performFinalAction?: boolean;
  /** How long the machine does not answer while it starts again. Default 0. */
  readonly rebootDurationMs?: number;
}

/** Restarts and shuts down a host under Wine: its programs end, its drive and its registry stay. */
export class PowerSwitch {
  #pending: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly machine: WineModel,
    private readonly engine: PowershellEngine,
    private readonly settings: PowerSettings,
  ) {}

  /** `shutdown.exe` is a stand-in that does nothing: what it was asked for is done here. */
  onStarted({ commandLine }: StartedProgram): void {
    if (this.settings.performFinalAction !== true) return;
    const request = readShutdownRequest(commandLine);
    if (request === undefined) return;
    clearTimeout(this.#pending);
    if (request.kind === 'abort') return;
    const act = () => void (request.kind === 'reboot' ? this.reboot() : this.#goDown('shut-down'));
    this.#pending = setTimeout(act, request.waitSeconds * 1000).unref();
  }

  async reboot(): Promise<void> {
    await this.#goDown('rebooting');
    await new Promise((resolve) => setTimeout(resolve, this.settings.rebootDurationMs ?? 0).unref());
    if (!this.#closed) this.machine.comeUp();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pending);
  }

  async #goDown(transition: 'rebooting' | 'shut-down'): Promise<void> {
    clearTimeout(this.#pending);
    this.machine.goDown(transition);
    await this.engine.killAll();
  }
}

interface ShutdownRequest {
  readonly kind: 'reboot' | 'shutdown' | 'abort';
  readonly waitSeconds: number;
}

/** Undefined when the command line is not one of shutdown.exe. Without `/t` Windows waits 30 s. */
export function readShutdownRequest(commandLine: string): ShutdownRequest | undefined {
  const match = /^\s*(?:"([^"]*)"|(\S+))(.*)$/s.exec(commandLine);
  const program = win32.basename(match?.[1] ?? match?.[2] ?? '').toLowerCase();
  if (program !== 'shutdown.exe' && program !== 'shutdown') return undefined;
  const options = match?.[3] ?? '';
  const waitSeconds = Number(/[/-]t\s+(\d+)/i.exec(options)?.[1] ?? 30);
  if (/[/-]a\b/i.test(options)) return { kind: 'abort', waitSeconds: 0 };
  return { kind: /[/-][rg]\b/i.test(options) ? 'reboot' : 'shutdown', waitSeconds };
}
