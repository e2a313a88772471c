import { describe, expect, it } from '@jest/globals';
import { aJob, aJournal } from '../../test/harness/builders/job.js';
import type { JobPayload } from '../dispatch/domain/sealed-job.js';
import type { DoorEvent } from '../recording/domain/door.js';
import { ManualClock } from '../shared/clock.js';
import { Deadline } from '../shared/deadline.js';
import type { Session } from '../winrm/index.js';
import { FollowedRun } from './followed-run.js';
import type { RunReporter, WorkerFact } from './run-reporter.js';

const JOURNAL = aJournal().map((event) => JSON.stringify(event));
const ATTACHED = {
  op: 'attached',
  epoch: 1,
  offset: 0,
  started: true,
  bootId: 'b',
  powershellVersion: '5.1',
};
const END = { op: 'ended', reason: 'journal-complete', detail: '' };

interface Script {
  /** What the operation prints, line by line. */
  readonly stdout?: readonly (string | object)[];
  readonly stderr?: string;
  readonly exitCode?: number;
  /** Thrown when the shell is asked for. */
  readonly refusal?: Error;
}

/** A session whose one operation prints what the script says. */
function sessionOf(script: Script, sent: string[]): Session {
  const stdout = (script.stdout ?? []).map((line) =>
    typeof line === 'string' ? line : JSON.stringify(line),
  );
  const chunks = [
    { stream: 'stdout', bytes: Buffer.from(stdout.map((line) => `${line}\n`).join('')) },
    { stream: 'stderr', bytes: Buffer.from(script.stderr ?? '') },
  ];
  const disposable = { [Symbol.asyncDispose]: async () => {} };
  const command = {
    ...disposable,
    exitCode: script.exitCode ?? 0,
    send: async (bytes: Buffer) => void sent.push(bytes.toString()),
    receive: async function* () {
      yield* chunks;
    },
  };
  const shell = { ...disposable, run: async () => command };
  const createShell = async () => {
    if (script.refusal) throw script.refusal;
    return shell;
  };
  return { createShell } as unknown as Session;
}

const CREDENTIAL_ID = '0198c000-0000-7000-8000-00000000c0de';

function aFollowing(changes: Partial<JobPayload> = {}) {
  const clock = new ManualClock('2026-11-24T10:00:00.000Z');
  const job = aJob({ startBefore: '2026-11-24T11:00:00.000Z', ...changes });
  const said: (WorkerFact | DoorEvent)[] = [];
  /** How much had been said each time that it was waited for. */
  const committed: number[] = [];
  const reporter = {
    say: async (fact: WorkerFact) => void said.push(fact),
    journal: async (event: DoorEvent) => void said.push(event),
    committed: async () => void committed.push(said.length),
  } as unknown as RunReporter;
  const run = new FollowedRun({ job, reporter, clock, door: { credentialId: CREDENTIAL_ID } });
  const sent: string[] = [];
  const follow = async (script: Script) => {
    using deadline = Deadline.in(5_000);
    return run.followOver(sessionOf(script, sent), deadline);
  };
  const inputs = () => sent.map((stdin) => JSON.parse(stdin.split('\n')[0] ?? ''));
  return { clock, run, said, committed, follow, inputs };
}

describe('FollowedRun', () => {
  it('starts the run, passes its journal on and ends with its outcome', async () => {
    const { follow, inputs, said } = aFollowing();

    const end = await follow({ stdout: [ATTACHED, ...JOURNAL, END] });

    expect(end).toMatchObject({ kind: 'ending', ending: { outcome: 'succeeded' } });
    expect(inputs()).toMatchObject([{ operation: 'start', epoch: 1, offset: 0, taskTimeLimitSeconds: 4500 }]);
    expect(said.slice(0, 2)).toMatchObject([{ type: 'run.starting' }, { type: 'run.attached' }]);
    expect(said.slice(2)).toMatchObject(
      JOURNAL.map((_, index) => ({ source: 'runner', event: { seq: index + 1 } })),
    );
  });

  it('sends nothing before it is recorded that the run may be on its target', async () => {
    const { follow, said, committed, run } = aFollowing();
    const refused = await follow({ refusal: new Error('no shell') }).catch((error: unknown) => error);
    const before = [run.mayHaveStarted, said.length];

    await follow({ stdout: [ATTACHED, ...JOURNAL, END] });

    expect(refused).toMatchObject({ message: 'no shell' });
    expect(before).toEqual([false, 0]);
    expect([run.mayHaveStarted, committed]).toEqual([true, [1]]);
  });

  it('tells once that it is attached, however often a target says so', async () => {
    const { follow, said } = aFollowing();

    await follow({ stdout: [ATTACHED, ATTACHED, ATTACHED, ...JOURNAL, END] });

    expect(said.filter((fact) => 'type' in fact && fact.type === 'run.attached')).toHaveLength(1);
  });

  it('only follows from the next byte once the run is known to have begun', async () => {
    const { follow, inputs } = aFollowing();

    const broken = await follow({
      stdout: [ATTACHED, ...JOURNAL.slice(0, 2)],
      exitCode: 1,
      stderr: 'killed',
    });
    const end = await follow({ stdout: [{ ...ATTACHED, started: false }, ...JOURNAL.slice(2), END] });

    expect(broken).toEqual({ kind: 'broken-off', detail: 'Our PowerShell ended with code 1 with: killed' });
    expect(inputs()[1]).toMatchObject({
      operation: 'follow',
      offset: JOURNAL.slice(0, 2).reduce((sum, line) => sum + line.length + 1, 0),
    });
    expect(end).toMatchObject({ ending: { outcome: 'succeeded' } });
  });

  it('may not have started anything while no shell has taken the script', async () => {
    const { run, follow } = aFollowing();

    await expect(follow({ refusal: new Error('access denied') })).rejects.toThrow('access denied');
    const before = run.mayHaveStarted;
    await follow({ stdout: [] });

    expect([before, run.mayHaveStarted]).toEqual([false, true]);
  });

  it('starts nothing any more when the last moment has passed', async () => {
    const { clock, follow, inputs } = aFollowing();
    clock.advanceMs(3_600_000);

    const end = await follow({ stdout: [{ ...END, reason: 'nothing-there' }] });

    expect(inputs()).toMatchObject([{ operation: 'follow' }]);
    expect(end).toMatchObject({ ending: { outcome: 'expired', failureReason: 'start-expired' } });
  });

  it.each([
    ['no words at all', { stderr: 'This program is blocked by group policy', exitCode: 1 }, 'script-blocked'],
    [
      'a refusal',
      { stdout: [{ op: 'refused', reason: 'powershell-too-old', detail: '4.0' }] },
      'powershell-too-old',
    ],
  ])('is blocked by %s', async (_, script, failureReason) => {
    const { follow } = aFollowing();

    expect(await follow(script)).toMatchObject({
      kind: 'ending',
      ending: { outcome: 'blocked', failureReason },
    });
  });

  it('gives way to a higher epoch', async () => {
    const { follow } = aFollowing();

    expect(await follow({ stdout: [ATTACHED, { ...END, reason: 'stale-epoch' }] })).toEqual({
      kind: 'superseded',
    });
  });

  it.each([
    ['skips a number', JOURNAL.slice(0, 1), JOURNAL.slice(2), 'journal-conflict'],
    ['repeats a number', JOURNAL.slice(0, 1), JOURNAL.slice(0, 1), 'journal-conflict'],
    ['holds a line that breaks the schema', [], ['{"seq":1,"type":"run.started"}'], 'journal-unreadable'],
    ['holds half a line', [], ['{"seq":1,'], 'journal-unreadable'],
    ['ends too early', JOURNAL.slice(0, 1), [], 'journal-conflict'],
  ])('ends as unknown when the journal, read once more, still %s', async (_, taken, lines, failureReason) => {
    const { follow } = aFollowing();

    const first = await follow({ stdout: [ATTACHED, ...taken, ...lines, END] });
    const second = await follow({ stdout: [ATTACHED, ...lines, END] });

    expect(first).toMatchObject({ kind: 'broken-off', detail: expect.stringContaining('read again') });
    expect(second).toMatchObject({ kind: 'ending', ending: { outcome: 'unknown', failureReason } });
  });

  it('reads again what was lost on its way, as often as it gets on between', async () => {
    const { follow, inputs, said } = aFollowing();
    const [first = '', second = '', third = ''] = JOURNAL;

    const gap = await follow({ stdout: [ATTACHED, first, third] });
    const torn = await follow({ stdout: [ATTACHED, second, third.slice(0, 9)] });
    const end = await follow({ stdout: [ATTACHED, ...JOURNAL.slice(2), END] });

    expect([gap.kind, torn.kind]).toEqual(['broken-off', 'broken-off']);
    expect(inputs().map(({ offset }) => offset)).toEqual([
      0,
      first.length + 1,
      first.length + second.length + 2,
    ]);
    expect(end).toMatchObject({ kind: 'ending', ending: { outcome: 'succeeded' } });
    expect(said.filter((fact) => 'source' in fact)).toHaveLength(JOURNAL.length);
  });

  it('passes over what a profile or banner prints', async () => {
    const { follow } = aFollowing();

    const end = await follow({ stdout: ['WARNING: hello', ATTACHED, '', ...JOURNAL, END] });

    expect(end).toMatchObject({ ending: { outcome: 'succeeded' } });
  });

  it('believes the plan, not a journal that claims another end', async () => {
    const { follow } = aFollowing();
    const forged = JOURNAL.map((line) => line.replace('"returnCode":0', '"returnCode":1603'));

    expect(await follow({ stdout: [ATTACHED, ...forged, END] })).toMatchObject({
      ending: { outcome: 'unknown', failureReason: 'journal-conflict' },
    });
  });
});
