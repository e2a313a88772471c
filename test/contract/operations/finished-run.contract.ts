import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { followFromEach } from './follow-from-each.js';
import type { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

const LEAVING = 'mkdir left& echo behind>left\\over.txt& echo hello';

/** What the operations make of a run that is over: one run for all tests, cleaned up by the last of them. */
export function describeFinishedRun(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  let run: RunUnderTest;
  let log: OperationLog;
  let journal: string;
  beforeAll(async () => {
    host = await makeHost();
    run = new RunUnderTest(host, aPlan([aLine(LEAVING), aLine('exit 3010')]));
    log = await run.start({ epoch: 4 }).finished();
    journal = await run.journal();
  });
  afterAll(() => host.close());

  it('was run once, and its journal printed to the end', () => {
    expect(log.own('attached')).toMatchObject([{ epoch: 4, offset: 0, started: true }]);
    expect(log.endReason()).toBe('journal-complete');
    expect(log.events().map(({ type }) => type)).toEqual([
      'run.started',
      'step.started',
      'step.output',
      'step.finished',
      'step.started',
      'step.finished',
      'run.completed',
      'final-action.skipped',
    ]);
    expect(log.events().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(`${log.journalLines().join('\n')}\n`).toBe(journal);
  });

  it('has runner, plan, journal, claim and follower in its folder', async () => {
    expect(await host.listFolder(run.folder)).toEqual(
      expect.arrayContaining(['claimed', 'follower', 'journal.jsonl', 'plan.json', 'runner.ps1']),
    );
    expect(JSON.parse((await host.readFile(`${run.folder}\\claimed`)) ?? '')).toEqual({
      pid: expect.any(Number),
      startedAt: expect.any(String),
      bootId: expect.any(String),
    });
    expect(await host.readFile(`${run.folder}\\follower`)).toMatch(/^4\s*$/);
    expect(await host.tasks()).toContain(`\\Winch\\${run.id}`);
  });

  it('is only followed by another start', async () => {
    const again = await run.start({ epoch: 4 }).finished();

    expect(again.own('attached')).toMatchObject([{ started: false }]);
    expect(again.endReason()).toBe('journal-complete');
    expect(await run.journal()).toBe(journal);
  });

  it('refuses a follow whose epoch is lower than the last', async () => {
    const lower = await run.follow({ epoch: 3 }).finished();

    expect(lower.endReason()).toBe('stale-epoch');
    expect(lower.journalLines()).toEqual([]);
    expect((await host.readFile(`${run.folder}\\follower`))?.trim()).toBe('4');
  });

  it('has nothing left to cancel', async () => {
    expect((await run.cancel()).own('cancel')).toMatchObject([{ result: 'not-running' }]);
  });

  it('is followed from every line of its journal, and from its end', async () => {
    const lines = journal.split('\n').slice(0, -1);
    const offsets = [0, ...lines.map((_line, index) => lines.slice(0, index + 1).join('\n').length + 1)];

    const logs = await followFromEach(run, offsets);

    expect(logs.map((each) => each.own('attached')[0]?.offset)).toEqual(offsets);
    expect(logs.map((each) => each.journalLines())).toEqual(
      offsets.map((_offset, index) => lines.slice(index)),
    );
    expect(logs.map((each) => each.endReason())).toEqual(offsets.map(() => 'journal-complete'));
  });

  it('is cleaned up but for its tombstone, again and again', async () => {
    const results = [await run.cleanup(), await run.cleanup()].map((each) => each.own('cleanup')[0]?.result);

    expect(results).toEqual(['clean', 'clean']);
    expect(await host.listFolder(run.folder)).toEqual(['claimed']);
    expect(await host.tasks()).not.toContain(`\\Winch\\${run.id}`);
  });

  it('is never started again once it was cleaned up', async () => {
    await run.cleanup();

    const again = await run.start({ epoch: 5 }).finished();

    expect(again.own('attached')).toMatchObject([{ started: false }]);
    expect(again.endReason()).toBe('tombstone');
    expect(again.journalLines()).toEqual([]);
    expect(await host.listFolder(run.folder)).not.toContain('journal.jsonl');
  });
}
