import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

let winch: Winch;
let hosts = 0;

beforeAll(async () => {
  winch = await Winch.start();
  await winch.addPackage(
    aPackage('Work').withStep(aCommand('Work', 'work.exe')).withStep(aCommand('After', 'echo after')),
  );
});

afterAll(() => winch.close());

interface UnderWay {
  readonly host: RegisteredHost;
  readonly runId: string;
  readonly journal: Journal;
}

/** A run whose first step has printed a line and goes on for 20 s more. */
async function runUnderWay(): Promise<UnderWay> {
  hosts += 1;
  const programs = { 'work.exe': { durationMs: 20_000, output: [{ text: 'working', atMs: 0 }] } };
  const host = await winch.addHost(`PC-${hosts}`, { patch: { programs } });
  const deployment = await winch.client.deploy({ package: 'Work', targets: { assets: [host.name] } });
  const { id } = await winch.client.onlyRun(deployment.id);
  await winch.client.event(id, (event) => event.type === 'step.output');
  return { host, runId: id, journal: new Journal(host) };
}

/** The journal on a host, as somebody with rights there could change it. */
class Journal {
  readonly #path: string;

  constructor(private readonly host: RegisteredHost) {
    this.#path = Object.keys(host.backend.model.files).find((path) => path.endsWith('journal.jsonl')) ?? '';
  }

  get text(): string {
    return this.host.backend.model.files[this.#path]?.content ?? '';
  }

  get lastSeq(): number {
    return this.text.trimEnd().split('\n').length;
  }

  append(text: string): void {
    this.replace(this.text + text);
  }

  replace(content: string): void {
    this.host.backend.patchModel({ files: { [this.#path]: { content } } });
  }

  /** A line of the right form, numbered on from the last one. */
  line(fields: object, ahead = 1): string {
    const origin = { seq: this.lastSeq + ahead, at: '2026-01-01T00:00:00.000Z', mono: 1 };
    return `${JSON.stringify({ ...origin, ...fields })}\n`;
  }
}

const FINISHED = {
  type: 'step.finished',
  index: 0,
  returnCode: 0,
  verdict: 'success',
  next: 1,
  durationMs: 1,
  outputBytes: 0,
  outputTruncated: false,
  problem: null,
  detail: '',
};
const COMPLETED = {
  type: 'run.completed',
  outcome: 'succeeded',
  failureReason: null,
  failureDetail: '',
  lastStep: 0,
  returnCode: 0,
  rebootRequired: false,
};
const SKIPPED = { type: 'final-action.skipped', reason: 'none', detail: '' };

function endOf({ outcome, failureReason }: RunView) {
  return [outcome, failureReason];
}

describe('a journal that cannot be true', () => {
  it('with a number missing ends the run as unknown', async () => {
    const { runId, journal } = await runUnderWay();

    journal.append(journal.line({ type: 'step.output', index: 0, stream: 'stdout', text: 'x' }, 3));

    const run = await winch.client.ended(runId);
    expect(endOf(run)).toEqual(['unknown', 'journal-conflict']);
    expect(run.failureDetail).toBe('Line 6 came where line 4 was due');
  });

  it('with a number that was there before ends the run as unknown', async () => {
    const { runId, journal } = await runUnderWay();

    journal.append(journal.line({ type: 'step.output', index: 0, stream: 'stdout', text: 'x' }, -1));

    const run = await winch.client.ended(runId);
    expect(endOf(run)).toEqual(['unknown', 'journal-conflict']);
    expect(run.failureDetail).toBe('Line 2 came where line 4 was due');
  });

  it.each([
    ['an unknown field', { type: 'step.output', index: 0, stream: 'stdout', text: 'x', admin: true }],
    ['an unknown type', { type: 'step.invented', index: 0 }],
    ['a code of more than 32 bits', { ...FINISHED, returnCode: 4_294_967_296 }],
    ['a text where a number belongs', { type: 'step.started', index: "1'; DROP TABLE target_run; --" }],
  ])('with %s ends the run as unknown', async (_what, fields) => {
    const { runId, journal } = await runUnderWay();

    journal.append(journal.line(fields));

    expect(endOf(await winch.client.ended(runId))).toEqual(['unknown', 'journal-unreadable']);
  });

  it('with a line of 3 MB ends the run as unknown', async () => {
    const { runId, journal } = await runUnderWay();

    const text = 'x'.repeat(3_000_000);
    journal.append(journal.line({ type: 'step.output', index: 0, stream: 'stdout', text }));

    expect(endOf(await winch.client.ended(runId))).toEqual(['unknown', 'journal-unreadable']);
  });

  it.each([
    ['a success of a code that is none', [{ ...FINISHED, returnCode: 1603 }]],
    ['a jump that the plan does not have', [{ ...FINISHED, next: 'stop-failure' }]],
    ['a step that does not exist', [{ ...FINISHED, index: 7 }]],
    ['the end before the last step', [FINISHED]],
    ['another outcome than its steps', [FINISHED, { ...COMPLETED, outcome: 'failed' }]],
  ])('that claims %s ends the run as unknown, whatever it says', async (_what, steps) => {
    const { runId, journal } = await runUnderWay();

    for (const fields of [...steps, COMPLETED, SKIPPED]) journal.append(journal.line(fields));

    const run = await winch.client.ended(runId);
    expect(endOf(run)).toEqual(['unknown', 'journal-conflict']);
    expect(run.failureDetail).not.toBe('');
  });

  it('that was cut off behind what is recorded still tells that the machine was restarted', async () => {
    const { host, runId, journal } = await runUnderWay();

    journal.replace(journal.text.split('\n').slice(0, 1).join('\n'));
    await host.backend.reboot();

    expect(endOf(await winch.client.ended(runId))).toEqual(['interrupted', 'target-rebooted']);
  });
});

describe('a target that goes away', () => {
  it('in the middle of a line does not make an event of half a line', async () => {
    const { host, runId, journal } = await runUnderWay();
    const half = journal.line({ ...FINISHED, next: 'stop-success' }).slice(0, 40);

    journal.append(half);
    await host.backend.reboot();

    const run = await winch.client.ended(runId);
    expect(endOf(run)).toEqual(['interrupted', 'target-rebooted']);
    expect(run.failureDetail).toContain('at step 1 "Work"');
    expect(run.steps.map(({ state, verdict }) => [state, verdict])).toEqual([
      ['finished', null],
      ['finished', 'skipped'],
    ]);
    expect((await winch.client.events(runId)).some((event) => event.type === 'step.finished')).toBe(false);
  });

  it('and loses the run folder ends the run as unknown', async () => {
    const { host, runId } = await runUnderWay();
    const files = Object.fromEntries(host.runFiles().map((path) => [path, null]));

    await host.backend.reboot();
    host.backend.patchModel({ files });

    expect(endOf(await winch.client.ended(runId))).toEqual(['unknown', 'nothing-on-target']);
  });

  it('from the network only is asked again, and the run ends as it did over there', async () => {
    const programs = { 'work.exe': { durationMs: 2_000, output: ['one', 'two'] } };
    const host = await winch.addHost('PC-OFFLINE', { patch: { programs } });
    const deployment = await winch.client.deploy({ package: 'Work', targets: { assets: [host.name] } });
    const { id } = await winch.client.onlyRun(deployment.id);
    await winch.client.event(id, (event) => event.type === 'step.started');

    host.backend.patchModel({ online: false });
    await winch.client.event(id, (event) => event.type === 'run.reconciling');
    const meanwhile = await winch.client.run(id);
    host.backend.patchModel({ online: true });

    expect(meanwhile.state).toBe('reconciling');
    expect((await winch.client.settled(id)).outcome).toBe('succeeded');
    expect(host.startsOf('work.exe')).toBe(1);
    expect(await winch.client.output(id)).toBe('one\r\ntwo\r\nafter\r\n');
  });
});
