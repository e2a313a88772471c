import type { HostBackend, MachineTransition, ModelPatch } from '../engine/backend.js';
import type { Engine, HostProcess, ProcessLaunch } from '../engine/engine.js';
import type { MachineModel } from '../model/machine.js';

/** A process that does what the test tells it. */
export class FakeProcess implements HostProcess {
  readonly exited: Promise<number>;
  stdin = Buffer.alloc(0);
  stdinEnded = false;
  killed = false;
  #exit: (code: number) => void = () => undefined;

  constructor(
    readonly pid: number,
    readonly launch: ProcessLaunch,
  ) {
    this.exited = new Promise((resolve) => (this.#exit = resolve));
  }

  write(text: string | Buffer, stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.launch.onOutput(stream, Buffer.from(text));
  }

  exit(code: number): void {
    this.#exit(code);
  }

  writeStdin(bytes: Buffer): void {
    this.stdin = Buffer.concat([this.stdin, bytes]);
  }

  endStdin(): void {
    this.stdinEnded = true;
  }

  killTree(): void {
    this.killed = true;
    this.exit(1);
  }
}

/** An engine that starts FakeProcesses; `onStart` may let them run by themselves. */
export class FakeEngine implements Engine {
  readonly processes: FakeProcess[] = [];
  onStart: (process: FakeProcess) => void = () => undefined;

  start(launch: ProcessLaunch): HostProcess {
    const process = new FakeProcess(1000 + this.processes.length, launch);
    this.processes.push(process);
    this.onStart(process);
    return process;
  }

  async killAll(): Promise<void> {
    for (const process of this.processes) process.killTree();
  }

  /** The process that was started last. Throws when there is none. */
  get last(): FakeProcess {
    const process = this.processes.at(-1);
    if (process === undefined) throw new Error('The engine has started nothing');
    return process;
  }
}

/** A machine without scheduler or files. */
export class FakeBackend implements HostBackend {
  readonly engine = new FakeEngine();
  readonly model: MachineModel;
  readonly patches: ModelPatch[] = [];
  closed = false;
  readonly #watchers = new Set<(transition: MachineTransition) => void>();

  constructor(name: string) {
    const nothing = { files: {}, registry: {}, products: [], processes: [], users: [], sessions: [] };
    this.model = {
      name,
      online: true,
      bootedAt: '2026-01-01T00:00:00.000Z',
      clockOffsetSeconds: 0,
      ...nothing,
    };
  }

  environmentOf(account: string): Record<string, string> {
    return {
      SystemRoot: 'C:\\Windows',
      USERPROFILE: `C:\\Users\\${account.split('\\').at(-1)}`,
      Path: 'C:\\Windows',
    };
  }

  patchModel(patch: ModelPatch): void {
    this.patches.push(patch);
    if (patch.online !== undefined) this.#turn(patch.online, patch.online ? 'online' : 'offline');
  }

  started(): [] {
    return [];
  }

  tasks(): [] {
    return [];
  }

  async reboot(): Promise<void> {
    this.#turn(false, 'rebooting');
    await this.engine.killAll();
    this.model.bootedAt = '2026-01-02T00:00:00.000Z';
    this.#turn(true, 'online');
  }

  watch(listener: (transition: MachineTransition) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.engine.killAll();
  }

  #turn(online: boolean, transition: MachineTransition): void {
    this.model.online = online;
    for (const watcher of this.#watchers) watcher(transition);
  }
}
