import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const requestSchema = z.looseObject({ op: z.string() });

export type ShimRequest = z.infer<typeof requestSchema>;
export type ShimHandler = (request: ShimRequest) => unknown;

/** An answer that becomes a COMException in the script that asked. */
export class ShimFault extends Error {
  constructor(
    /** HRESULT, unsigned. */
    readonly hresult: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Answers what the shim (recipe/shim/shim.ps1) asks in place of Windows services that Wine lacks. A request is a
 * file `NAME.json`, its answer `NAME.reply.json`; both are written under another name and renamed. Whoever asked
 * removes both: Wine fails a rename whose target is gone before it has looked at it again.
 */
export class ShimRequests {
  readonly #watcher: FSWatcher;
  readonly #answered = new Set<string>();

  constructor(
    private readonly folder: string,
    private readonly handlers: ReadonlyMap<string, ShimHandler>,
  ) {
    mkdirSync(folder, { recursive: true });
    this.#watcher = watch(folder, () => this.#answerAll());
    this.#watcher.on('error', () => this.close());
  }

  close(): void {
    this.#watcher.close();
  }

  /** All that lie there: an event may be lost, a file is not. */
  #answerAll(): void {
    const names = readdirSync(this.folder).filter((name) => REQUEST.test(name));
    const open = names.filter((name) => !this.#answered.has(name));
    for (const name of open) this.#answer(name);
    for (const name of this.#answered) if (!names.includes(name)) this.#answered.delete(name);
  }

  #answer(name: string): void {
    this.#answered.add(name);
    const file = join(this.folder, name);
    const request = requestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const reply = file.replace(/\.json$/, '.reply');
    writeFileSync(`${reply}.tmp`, JSON.stringify(this.#reply(request)));
    renameSync(`${reply}.tmp`, `${reply}.json`);
  }

  #reply(request: ShimRequest): object {
    try {
      const handler = this.handlers.get(request.op);
      if (handler === undefined) throw new ShimFault(E_NOTIMPL, `The simulator does not know ${request.op}`);
      return { ok: true, value: handler(request) ?? null };
    } catch (error) {
      const hresult = error instanceof ShimFault ? error.hresult : E_UNEXPECTED;
      return { ok: false, hresult: `0x${hresult.toString(16)}`, message: (error as Error).message };
    }
  }
}

const REQUEST = /(?<!\.reply)\.json$/;
const E_NOTIMPL = 0x8000_4001;
const E_UNEXPECTED = 0x8000_ffff;
