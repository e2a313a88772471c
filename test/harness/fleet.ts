import type { AssetView } from '../../src/assets/api/asset-view.dto.js';
import { ControlServer } from '../windows-host/control/control-server.js';
import type { HostBackend } from '../windows-host/engine/backend.js';
import { startWindowsHost, type WindowsHost, type WindowsHostOptions } from '../windows-host/host.js';
import { createStandInBackend, type StandInBackendOptions } from '../windows-host/stand-in/backend.js';
import type { WinchClient } from './client.js';
import { isListening } from './ports.js';

export type StandInOptions = Omit<StandInBackendOptions, 'name'>;

/** What is unusual about a host or about how it is registered. */
export interface HostSetup {
  readonly host?: Partial<Pick<WindowsHostOptions, 'transport' | 'accounts' | 'quotas' | 'basic'>>;
  /** Fields of the asset. */
  readonly asset?: Readonly<Record<string, unknown>>;
}

/** A simulated Windows host that is registered as an asset. */
export class RegisteredHost {
  constructor(
    readonly host: WindowsHost,
    readonly assetId: string,
  ) {}

  get name(): string {
    return this.host.name;
  }

  get backend(): HostBackend {
    return this.host.backend;
  }

  /** How many programs were started with exactly this command line, the ended ones too. */
  startsOf(commandLine: string): number {
    return this.backend.started().filter((program) => program.commandLine === commandLine).length;
  }

  /** The command lines that were started, the ended ones too, which hold this text. */
  startedWith(text: string): string[] {
    return this.backend
      .started()
      .map((program) => program.commandLine)
      .filter((line) => line.includes(text));
  }

  /** The command lines of the processes that live. */
  running(): string[] {
    return this.backend.model.processes.map((process) => process.commandLine);
  }

  /** The paths of the files that the machine holds below Winch's run folders. */
  runFiles(): string[] {
    return Object.keys(this.backend.model.files).filter((path) => /\\winch\\/i.test(path));
  }
}

/** The simulated hosts of one test file, all opened by one account. */
export class Fleet {
  readonly #client: WinchClient;
  readonly #password: string;
  readonly #control: ControlServer;
  readonly #hosts: RegisteredHost[] = [];

  private constructor(client: WinchClient, password: string, control: ControlServer) {
    this.#client = client;
    this.#password = password;
    this.#control = control;
  }

  static async create(client: WinchClient, password: string): Promise<Fleet> {
    return new Fleet(client, password, await ControlServer.start());
  }

  /** Starts a host whose programs come from tables, and registers it. */
  async add(name: string, options: StandInOptions = {}, setup: HostSetup = {}): Promise<RegisteredHost> {
    const host = await startWindowsHost({
      name,
      backend: createStandInBackend({ name, ...options }),
      accounts: [{ user: 'Administrator', password: this.#password, administrator: true }],
      control: this.#control,
      ...setup.host,
    });
    const asset = await this.#client.post<AssetView>('/assets', { ...addressOf(host), ...setup.asset });
    const registered = new RegisteredHost(host, asset.id);
    this.#hosts.push(registered);
    return registered;
  }

  /** Ends every host. Answers the ports that are still open, which are a defect. */
  async close(): Promise<number[]> {
    for (const { host } of this.#hosts) await host.close();
    await this.#control.close();
    const open: number[] = [];
    for (const { host } of this.#hosts) if (await isListening(host.port)) open.push(host.port);
    return open;
  }
}

function addressOf({ name, address, port, transport }: WindowsHost) {
  return { name, address, port, transport };
}
