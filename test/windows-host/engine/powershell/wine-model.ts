import type { MachineTransition, ModelPatch } from '../backend.js';
import type { MachineModel } from '../../model/machine.js';
import type { Drive } from './drive.js';
import type { ProcessJournal } from './process-journal.js';
import { type RegistryView, patchRegistry, productsIn, readUninstallKeys } from './registry.js';
import type { WineContainer } from './wine-container.js';

export interface WineModelOptions {
  readonly name: string;
  readonly users: readonly string[];
  readonly container: WineContainer;
  readonly drive: Drive;
  readonly journal: ProcessJournal;
}

const WINCH_FOLDER = 'C:\\Windows\\Winch';

/** A machine under Wine as tests see it: the model is read from its drive, its registry and its processes. */
export class WineModel {
  readonly model: MachineModel;
  readonly #watchers = new Set<(transition: MachineTransition) => void>();
  readonly #patchedFiles = new Set<string>();
  #registry: RegistryView = {};

  constructor(private readonly options: WineModelOptions) {
    this.model = this.#createModel();
  }

  watch(listener: (transition: MachineTransition) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Asks the host for what only its own programs can tell. */
  refresh(): void {
    this.#registry = readUninstallKeys(this.options.container);
    this.model.products = productsIn(this.#registry);
  }

  patch(patch: ModelPatch): void {
    refuseWhatIsReal(patch);
    for (const [path, file] of Object.entries(patch.files ?? {}))
      this.#patchFile(path, file?.content ?? null);
    if (patch.registry !== undefined) patchRegistry(this.options.container, patch.registry);
    if (patch.users !== undefined) this.model.users = patch.users;
    if (patch.sessions !== undefined) this.model.sessions = patch.sessions;
    if (patch.online !== undefined) this.setOnline(patch.online);
  }

  setOnline(online: boolean): void {
    if (this.model.online === online) return;
    this.model.online = online;
    this.#announce(online ? 'online' : 'offline');
  }

  goDown(transition: 'rebooting' | 'shut-down'): void {
    this.model.online = false;
    this.#announce(transition);
  }

  /** The boot identity moves by more than the tolerance of the scripts, however soon after the last boot. */
  comeUp(): void {
    const earliest = new Date(this.model.bootedAt).getTime() + 60_000;
    this.model.bootedAt = new Date(Math.max(Date.now(), earliest)).toISOString();
    this.setOnline(true);
  }

  #createModel(): MachineModel {
    const { name, users, drive, journal } = this.options;
    const model: Omit<MachineModel, 'files' | 'registry' | 'processes'> = {
      name,
      online: true,
      bootedAt: new Date(Date.now() - UPTIME_MS).toISOString(),
      clockOffsetSeconds: 0,
      products: [],
      users: [...users],
      sessions: [],
    };
    const files = () => this.#patched(drive.filesBelow(WINCH_FOLDER));
    const registry = () => this.#registry;
    return Object.defineProperties(model, {
      files: { get: files, enumerable: true },
      registry: { get: registry, enumerable: true },
      processes: { get: () => journal.living, enumerable: true },
    }) as MachineModel;
  }

  #patched(files: MachineModel['files']): MachineModel['files'] {
    for (const path of this.#patchedFiles) {
      const content = this.options.drive.read(path);
      if (content !== undefined) files[path] = { content, sizeBytes: content.length };
    }
    return files;
  }

  #patchFile(path: string, content: string | null): void {
    if (content === null) return this.options.drive.delete(path);
    this.#patchedFiles.add(path);
    this.options.drive.write(path, content);
  }

  #announce(transition: MachineTransition): void {
    for (const watcher of [...this.#watchers]) watcher(transition);
  }
}

const UPTIME_MS = 3_600_000;

/** What is real under Wine cannot be wished for; the stand-in's tables mean nothing here. */
function refuseWhatIsReal(patch: ModelPatch): void {
  const known = new Set(['files', 'registry', 'users', 'sessions', 'online']);
  const refused = Object.keys(patch).filter((field) => !known.has(field));
  if (refused.length > 0)
    throw new Error(
      `A host with the real engine cannot be given ${refused.join(', ')}: let a program on it do that`,
    );
}
