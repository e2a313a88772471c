import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { EngineLayers } from './engine-layers.js';

const NAMESPACES = ['--mount', '--uts', '--pid'] as const;

/** What every program on the Unix side of a host gets; the shim is asked for by WINCH_SIM_SHIM. */
const UNIX_ENVIRONMENT = [
  'PATH=/usr/lib/wine:/usr/bin:/bin',
  'HOME=/root',
  'LANG=C.UTF-8',
  'WINEPREFIX=/prefix',
  'WINELOADER=/usr/lib/wine/wine64',
  'WINEDEBUG=-all',
  'WINEDLLOVERRIDES=mscoree=;mshtml=',
  'XDG_RUNTIME_DIR=/run/wine',
  'WINCH_SIM_SHIM=C:\\sim\\shim.ps1',
  'WINCH_SIM_DIR=C:\\sim',
] as const;

/**
 * One Windows host under Wine, in namespaces of its own: files that it writes and processes that it starts exist
 * only in them and end with them, even when this process is killed.
 */
export class WineContainer {
  private constructor(
    private readonly keeper: ChildProcessByStdio<Writable, Readable, null>,
    private readonly initPid: number,
    private readonly mountPoint: string,
  ) {}

  /** Resolves when Windows programs can be started. */
  static async start(name: string, { layers, mountPoint, hostScript }: EngineLayers): Promise<WineContainer> {
    const keeper = spawn(
      'unshare',
      [...NAMESPACES, '--fork', '--kill-child', hostScript, name, mountPoint, layers.join(':')],
      { stdio: ['pipe', 'pipe', 'inherit'], detached: true, cwd: '/' },
    );
    keeper.stdin.on('error', () => undefined);
    const ended = once(keeper, 'exit').then(() => false);
    const ready = once(keeper.stdout, 'data').then(() => true);
    if (!(await Promise.race([ready, ended])))
      throw new Error(
        `The host ${name} under Wine did not start: it needs root and the right to make namespaces and overlay mounts (its message stands above)`,
      );
    return new WineContainer(keeper, onlyChildOf(keeper), mountPoint);
  }

  /** Where the C: drive of the host lies for programs of this machine. */
  get driveC(): string {
    return `${this.root}/prefix/drive_c`;
  }

  /** Where the host's own file system lies for programs of this machine. */
  get root(): string {
    return `/proc/${this.initPid}/root`;
  }

  /** Starts a Windows program by its Unix-side arguments, with pipes for its streams, under a user's name. */
  start(
    program: string,
    args: readonly string[],
    user: string,
  ): ChildProcessByStdio<Writable, Readable, Readable> {
    const asUser = ['unshare', '--mount', 'sh', '-c', AS_USER, user];
    const command = [...this.#enter, ...asUser, 'wine64', program, ...args];
    return spawn('nsenter', command, { stdio: ['pipe', 'pipe', 'pipe'], cwd: '/' });
  }

  /** Runs a short Windows program to its end and gives what it printed. */
  runSync(program: string, args: readonly string[]): string {
    const command = [...this.#enter, 'wine64', program, ...args];
    return spawnSync('nsenter', command, { cwd: '/', encoding: 'utf8' }).stdout;
  }

  /** Leaves not a block free on the host's disk; a file's last block may still have room. Returns what frees it. */
  fillDisk(): () => void {
    const { blocks, bfree, bsize } = statfsSync(this.root);
    this.#resizeDisk((blocks - bfree) * bsize);
    return () => this.#resizeDisk(blocks * bsize);
  }

  #resizeDisk(sizeBytes: number): void {
    const enter = ['--target', String(this.initPid), '--mount', '--'];
    const remount = ['mount', '-o', `remount,size=${sizeBytes}`, this.mountPoint];
    const { status } = spawnSync('nsenter', [...enter, ...remount], { cwd: '/', stdio: 'inherit' });
    if (status !== 0) throw new Error("The size of the host's disk could not be changed");
  }

  /** Ends every process of the host. Its files are gone then. */
  async close(): Promise<void> {
    if (hasEnded(this.keeper)) return;
    const ended = once(this.keeper, 'exit');
    this.keeper.stdin.end();
    await ended;
  }

  get #enter(): string[] {
    const namespaces = ['--target', String(this.initPid), ...NAMESPACES, '--root', '--'];
    return [...namespaces, 'env', '-C', '/', '-i', ...UNIX_ENVIRONMENT];
  }
}

/**
 * Wine calls the user by the name that its Unix user has, so the program and all that it starts see a list of
 * users with one entry. $0 is the name.
 */
const AS_USER = `
  umask 022
  users=$(mktemp) && printf '%s:x:0:0::/root:/bin/sh\\n' "$0" >"$users" || exit
  mount --bind "$users" /etc/passwd && rm "$users" || exit
  exec "$@"
`;

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** `unshare --fork` has one child: process 1 of the host. */
function onlyChildOf({ pid }: ChildProcess): number {
  const children = readFileSync(join('/proc', String(pid), 'task', String(pid), 'children'), 'utf8');
  return Number(children.trim().split(' ')[0]);
}
