import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ServiceProcess } from '../harness/service-process.js';

const run = promisify(execFile);

/** Room for a few hundred runs, and little enough to be filled in an instant. */
const SIZE_MB = 96;
const BLOCK = Buffer.alloc(1024 * 1024);

/**
 * The folder for Winch's data on a disk that can be filled: a small file system of its own where this process may
 * mount one (root on Linux). Elsewhere the api is kept from making any file longer, by its resource limit: SQLite then
 * meets EFBIG instead of ENOSPC.
 */
export class DataDisk implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    private readonly isMounted: boolean,
  ) {}

  static async create({ mount }: { readonly mount: boolean }): Promise<DataDisk> {
    const folder = mkdtempSync(join(tmpdir(), 'winch-chaos-data-'));
    return new DataDisk(folder, mount && (await isMountedAt(folder)));
  }

  /** Full for a while, and then roomy again. */
  async fill(api: ServiceProcess, forMs: number): Promise<void> {
    if (this.isMounted) await this.#fillUp(forMs);
    else await limitFiles(api, forMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isMounted) await run('umount', [this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #fillUp(forMs: number): Promise<void> {
    const filler = join(this.folder, `filler-${performance.now()}`);
    try {
      fillWith(filler);
      await delay(forMs);
    } finally {
      rmSync(filler, { force: true });
    }
  }
}

async function isMountedAt(folder: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'winch-chaos', folder]);
    return true;
  } catch {
    // A container without the right to mount.
    return false;
  }
}

function fillWith(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const bytes of [BLOCK, BLOCK.subarray(0, 4096)]) writeUntilFull(file, bytes);
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (;;) if (writeSync(file, bytes) < bytes.length) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** setrlimit(2), RLIMIT_FSIZE. A process that is started again meanwhile has no such limit. */
async function limitFiles({ pid }: ServiceProcess, forMs: number): Promise<void> {
  if (pid === undefined) return;
  await run('prlimit', ['--pid', String(pid), '--fsize=0:']);
  await delay(forMs);
  // Whoever has killed it meanwhile has taken the limit away too.
  await run('prlimit', ['--pid', String(pid), '--fsize=unlimited:']).catch(() => undefined);
}
