import type { MachineFile } from './machine.js';

type Listener = () => void;

/**
 * The files of a machine under Windows' rules: names are case-insensitive, `/` is `\`. A folder exists while
 * something lies in it; an empty one is kept as an entry whose name ends in `\`.
 */
export class MachineFiles {
  readonly #files: Record<string, MachineFile>;
  readonly #names = new Map<string, string>();
  readonly #listeners = new Map<string, Set<Listener>>();

  /** Works on the given record in place, so that a model shows every change. */
  constructor(files: Record<string, MachineFile>) {
    this.#files = files;
    for (const name of Object.keys(files)) this.#names.set(keyOf(name), name);
  }

  get(path: string): MachineFile | undefined {
    const name = this.#names.get(keyOf(path));
    return name === undefined ? undefined : this.#files[name];
  }

  has(path: string): boolean {
    return this.#names.has(keyOf(path));
  }

  /** The content, or undefined when there is no such file. */
  read(path: string): string | undefined {
    return this.get(path)?.content;
  }

  /** Creates the file or replaces what it holds. */
  write(path: string, file: MachineFile): void {
    const name = this.#names.get(keyOf(path)) ?? path.replaceAll('/', '\\');
    this.#names.set(keyOf(path), name);
    this.#files[name] = file;
    this.#announce(path);
  }

  /** FileMode.CreateNew: false, and nothing changed, when the file exists. */
  createNew(path: string, content: string): boolean {
    if (this.has(path)) return false;
    this.write(path, { content });
    return true;
  }

  append(path: string, text: string): void {
    const file = this.get(path);
    if (file === undefined) return this.write(path, { content: text });
    file.content += text;
    this.#announce(path);
  }

  /** False when there was no such file. */
  delete(path: string): boolean {
    const name = this.#names.get(keyOf(path));
    if (name === undefined) return false;
    this.#names.delete(keyOf(path));
    delete this.#files[name];
    this.#announce(path);
    return true;
  }

  makeFolder(path: string): void {
    if (!this.folderExists(path)) this.write(`${trimmed(path)}\\`, { content: '' });
  }

  folderExists(path: string): boolean {
    return this.#below(path).length > 0;
  }

  /** Full paths of the files anywhere below a folder. */
  list(folder: string): string[] {
    return this.#below(folder).filter((name) => !name.endsWith('\\'));
  }

  deleteFolder(folder: string): void {
    for (const name of this.#below(folder)) this.delete(name);
  }

  /** Calls the listener after each change of a file directly in the folder. Returns what stops it. */
  watch(folder: string, listener: Listener): () => void {
    const key = keyOf(trimmed(folder));
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  #below(folder: string): string[] {
    const prefix = `${keyOf(trimmed(folder))}\\`;
    return [...this.#names].filter(([key]) => key.startsWith(prefix)).map(([, name]) => name);
  }

  #announce(path: string): void {
    const key = keyOf(path);
    const parent = key.slice(0, key.lastIndexOf('\\'));
    for (const listener of this.#listeners.get(parent) ?? []) listener();
  }
}

/** The last part of a path, lower-cased: the key of the program tables. */
export function baseNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1).toLowerCase();
}

/** The folder of a path, without the last backslash. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/'), 0));
}

function trimmed(path: string): string {
  return path.replace(/[\\/]+$/, '');
}

/** A folder's entry keeps its trailing backslash, which is what tells it from a file. */
function keyOf(path: string): string {
  return path.replaceAll('/', '\\').toLowerCase();
}
