import type { RegisteredHost } from '../harness/fleet.js';
import type { MachineFile } from '../windows-host/model/machine.js';
import { isComplete, type StageOnHost } from './evidence.js';

const LOOK_EVERY_MS = 100;
const JOURNAL = /\\Winch\\runs\\([0-9a-f-]{36})\\journal\.jsonl$/i;
const CLAIM = /\\Winch\\runs\\[0-9a-f-]{36}\\claimed$/i;

/**
 * Keeps hold of every journal that a host has. The clean-up takes the file's name away, not the object that the
 * runner appended to: so what is held is the journal as it was in the end. A run lasts far longer than a look.
 */
export class Journals implements Disposable {
  readonly #files = new Map<string, MachineFile>();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly hosts: readonly RegisteredHost[]) {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  of(targetRunId: string): string | null {
    return this.#files.get(targetRunId)?.content ?? null;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const { backend } of this.hosts) {
      for (const [path, file] of Object.entries(backend.model.files)) {
        const id = JOURNAL.exec(path)?.[1];
        if (id !== undefined) this.#files.set(id, file);
      }
    }
  }
}

/** The journal of the host's only run, while it has one. */
export function journalOf({ backend }: RegisteredHost): MachineFile | undefined {
  return Object.entries(backend.model.files).find(([path]) => JOURNAL.test(path))?.[1];
}

/** How far the host's only run is at this instant. */
export function stageOf(host: RegisteredHost): StageOnHost {
  const paths = Object.keys(host.backend.model.files);
  if (!paths.some((path) => CLAIM.test(path))) return 'not-claimed';
  const journal = journalOf(host);
  const planIsThere = paths.some((path) => /\\plan\.json$/i.test(path));
  if (journal === undefined) return planIsThere ? 'under-way' : 'complete';
  return isComplete(journal.content) ? 'complete' : 'under-way';
}
