import type { MachineFiles } from '../model/machine-files.js';

const RUNS = 'C:\\Windows\\Winch\\runs';
const SPOOL = 'C:\\ProgramData\\Winch\\spool';

export type RunFileName =
  'runner.ps1' | 'plan.json' | 'journal.jsonl' | 'claimed' | 'follower' | 'cancel' | 'secrets.bin' | 'share';

/** The folder of one run on the target and what lies in it (docs/developing/operations.md). */
export class RunFolder {
  readonly path: string;

  constructor(
    private readonly files: MachineFiles,
    readonly targetRunId: string,
  ) {
    this.path = `${RUNS}\\${targetRunId}`;
  }

  get taskPath(): string {
    return `\\Winch\\${this.targetRunId}`;
  }

  get exists(): boolean {
    return this.files.folderExists(this.path);
  }

  /** Only the tombstone is left: the run was cleaned up. */
  get isTombstone(): boolean {
    return this.has('claimed') && !this.has('journal.jsonl') && !this.has('plan.json');
  }

  /** The journal holds its last event. */
  get isComplete(): boolean {
    const lastLine = this.read('journal.jsonl')?.trimEnd().split('\n').at(-1) ?? '';
    return /"type":"final-action\.(?:started|skipped)"/.test(lastLine);
  }

  pathOf(name: string): string {
    return `${this.path}\\${name}`;
  }

  has(name: RunFileName): boolean {
    return this.files.has(this.pathOf(name));
  }

  read(name: RunFileName): string | undefined {
    return this.files.read(this.pathOf(name));
  }

  write(name: RunFileName, content: string): void {
    this.files.write(this.pathOf(name), { content });
  }

  createNew(name: RunFileName, content: string): boolean {
    return this.files.createNew(this.pathOf(name), content);
  }

  append(name: RunFileName, text: string): void {
    this.files.append(this.pathOf(name), text);
  }

  delete(name: RunFileName): void {
    this.files.delete(this.pathOf(name));
  }

  watch(listener: () => void): () => void {
    return this.files.watch(this.path, listener);
  }

  /** Removes everything but the tombstone, and the run's spool folder. */
  clean(): void {
    for (const path of this.files.list(this.path)) {
      if (path.toLowerCase() !== this.pathOf('claimed').toLowerCase()) this.files.delete(path);
    }
    for (const name of ['steps', 'work']) this.files.deleteFolder(this.pathOf(name));
    this.files.deleteFolder(`${SPOOL}\\${this.targetRunId}`);
  }
}

/** The runner's task starts its file as every script of ours: read as text, because GPO AllSigned blocks `-File`. */
export function runnerCommandLine(folder: RunFolder): string {
  const powershell = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
  const options = '-NoProfile -NonInteractive -ExecutionPolicy Bypass';
  const read = `[IO.File]::ReadAllText('${folder.pathOf('runner.ps1')}')`;
  return `${powershell} ${options} -Command "& ([scriptblock]::Create(${read})) '${folder.path}'"`;
}

/** The run whose runner a command line starts. */
export function targetRunIdOf(commandLine: string): string | undefined {
  return /\\Winch\\runs\\([A-Za-z0-9-]+)\\runner\.ps1/i.exec(commandLine)?.[1];
}
