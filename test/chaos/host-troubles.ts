import type { RegisteredHost } from '../harness/fleet.js';
import type { StageOnHost } from './evidence.js';
import { journalOf, stageOf } from './journals.js';
import type { Lie } from './plan.js';

/** Part of a line: what a power cut leaves of it. */
const TORN_LINE = '{"seq":99,"at":"2026-';

/** What befalls the hosts, and the memory of it: the right outcome of a run depends on it. */
export class HostTroubles {
  /** Stages at the restarts of each host, by its name. */
  readonly reboots = new Map<string, StageOnHost[]>();
  /** Hosts that refused connections for a while. */
  readonly away = new Set<string>();
  /** Hosts whose journal was given a line that the runner never wrote, while its run was under way. */
  readonly liars = new Set<string>();
  /** Hosts whose clock has jumped. */
  readonly wrongClocks = new Set<string>();

  /** As if by the power button. A liar keeps its evidence: what came of it could not be told from a restart. */
  async reboot(host: RegisteredHost, torn: boolean): Promise<void> {
    if (!host.backend.model.online || this.liars.has(host.name)) return;
    this.reboots.set(host.name, [...(this.reboots.get(host.name) ?? []), stageOf(host)]);
    this.away.add(host.name);
    if (torn && stageOf(host) === 'under-way') append(host, TORN_LINE);
    await host.backend.reboot();
  }

  async restartService({ name, host }: RegisteredHost): Promise<void> {
    this.away.add(name);
    await host.restartService();
  }

  setClock({ name, backend }: RegisteredHost, offsetSeconds: number): void {
    this.wrongClocks.add(name);
    backend.patchModel({ clockOffsetSeconds: offsetSeconds });
  }

  /** Only a run under way: nobody reads on behind a journal's end, and before its beginning there is none. */
  lie(host: RegisteredHost, how: Lie): void {
    const journal = journalOf(host);
    if (journal === undefined || stageOf(host) !== 'under-way' || this.reboots.has(host.name)) return;
    if (this.liars.has(host.name)) return;
    this.liars.add(host.name);
    append(host, lyingLine(journal.content, how));
  }
}

function append(host: RegisteredHost, text: string): void {
  const path = Object.keys(host.backend.model.files).find((name) => name.endsWith('\\journal.jsonl'));
  const content = journalOf(host)?.content ?? '';
  if (path !== undefined) host.backend.patchModel({ files: { [path]: { content: content + text } } });
}

function lyingLine(journal: string, how: Lie): string {
  const lines = journal.split('\n').slice(0, -1);
  const last = JSON.parse(lines.at(-1) ?? '{"seq":0}');
  const output = {
    at: '2026-11-24T11:00:00.000Z',
    mono: 1,
    type: 'step.output',
    stream: 'stdout',
    text: 'x',
  };
  switch (how) {
    case 'gap':
      return line({ seq: last.seq + 3, ...output, index: 0 });
    case 'repeated':
      return line(last);
    case 'wrong-index':
      return line({ seq: last.seq + 1, ...output, index: 7 });
    case 'other-content':
      return line({ ...last, mono: last.mono + 1 });
  }
}

function line(content: object): string {
  return `${JSON.stringify(content)}\n`;
}
