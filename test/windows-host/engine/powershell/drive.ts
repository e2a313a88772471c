import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MachineFile } from '../../model/machine.js';

/** The C: drive of a host under Wine, with Windows' paths and its indifference to case. */
export class Drive {
  constructor(private readonly root: string) {}

  /** Undefined when there is no such file. Binary content is given as Latin-1 text. */
  read(path: string): string | undefined {
    const file = this.#resolve(path);
    return isFile(file) ? readFileSync(file, 'latin1') : undefined;
  }

  write(path: string, content: string | Buffer): void {
    const file = this.#resolve(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, 'latin1');
  }

  append(path: string, text: string): void {
    writeFileSync(this.#resolve(path), text, { encoding: 'latin1', flag: 'a' });
  }

  delete(path: string): void {
    rmSync(this.#resolve(path), { force: true, recursive: true });
  }

  createFolder(path: string): void {
    mkdirSync(this.#resolve(path), { recursive: true });
  }

  /** Base names of what lies directly in a folder; empty when there is no such folder. */
  list(path: string): string[] {
    const folder = this.#resolve(path);
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Where a Windows path lies on this machine. */
  unixPath(path: string): string {
    return this.#resolve(path);
  }

  /** Every file below a folder, by its Windows path. */
  filesBelow(folder: string): Record<string, MachineFile> {
    const files: Record<string, MachineFile> = {};
    for (const name of this.list(folder)) {
      const path = `${folder}\\${name}`;
      const content = this.read(path);
      if (content === undefined) Object.assign(files, this.filesBelow(path));
      else files[path] = { content, sizeBytes: content.length };
    }
    return files;
  }

  #resolve(path: string): string {
    const match = /^c:[\\/](.*)$/i.exec(path);
    if (match === null) throw new Error(`Only paths on drive C: can be looked at under Wine, not ${path}`);
    const parts = (match[1] ?? '').split(/[\\/]+/).filter((part) => part !== '');
    return parts.reduce((folder, part) => join(folder, spelledIn(folder, part)), this.root);
  }
}

/** The name as it is spelled in the folder, or as it was given. */
function spelledIn(folder: string, name: string): string {
  if (existsSync(join(folder, name)) || !existsSync(folder)) return name;
  const wanted = name.toLowerCase();
  return readdirSync(folder).find((entry) => entry.toLowerCase() === wanted) ?? name;
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
