import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { operationScript } from '../../../src/target/scripts.js';
import { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan, LONG_COMMAND } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

/** Start, follow, cleanup and what ends a following (docs/developing/operations.md). */
export function describeLifecycle(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  describe('start', () => {
    it('runs the plan once and prints its journal to the end', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));

      const log = await run.start().finished();

      expect(log.own('attached')).toMatchObject([{ epoch: 1, offset: 0, started: true }]);
      expect(log.endReason()).toBe('journal-complete');
      expect(log.events().map(({ type }) => type)).toEqual([
        'run.started',
        'step.started',
        'step.output',
        'step.finished',
        'run.completed',
        'final-action.skipped',
      ]);
      expect(log.events().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(`${log.journalLines().join('\n')}\n`).toBe(await run.journal());
    });

    it('leaves runner, plan, journal, claim and follower in the folder', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));

      await run.start({ epoch: 4 }).finished();

      expect(await host.listFolder(run.folder)).toEqual(
        expect.arrayContaining(['claimed', 'follower', 'journal.jsonl', 'plan.json', 'runner.ps1']),
      );
      expect(JSON.parse((await host.readFile(`${run.folder}\\claimed`)) ?? '')).toEqual({
        pid: expect.any(Number),
        startedAt: expect.any(String),
        bootId: expect.any(String),
      });
      expect((await host.readFile(`${run.folder}\\follower`))?.trim()).toBe('4');
      expect(await host.tasks()).toContain(`\\Winch\\${run.id}`);
    });

    it('only follows when the run goes on already', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo once& ping -n 3 127.0.0.1')]));
      const first = run.start();
      await first.untilEvent('step.output');

      const second = await run.start({ epoch: 2 }).finished();

      expect(second.own('attached')).toMatchObject([{ started: false }]);
      expect(second.endReason()).toBe('journal-complete');
      expect(second.eventsOf('step.started')).toHaveLength(1);
      expect(second.events()[0]).toMatchObject({ seq: 1, type: 'run.started' });
    });

    it('only follows when the run is over', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));
      await run.start().finished();
      const journal = await run.journal();

      const again = await run.start().finished();

      expect(again.own('attached')).toMatchObject([{ started: false }]);
      expect(again.endReason()).toBe('journal-complete');
      expect(await run.journal()).toBe(journal);
    });

    it('runs several runs at the same time, each on its own', async () => {
      const words = ['one', 'two', 'three'];
      const runs = words.map((word) => new RunUnderTest(host, aPlan([aLine(`echo ${word}`)])));

      const logs = await Promise.all(runs.map((run) => run.start().finished()));

      expect(logs.map((log) => log.output().trim())).toEqual(words);
    });

    it('starts once however many starts come at the same time', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));

      const logs = await Promise.all([1, 1, 1].map((epoch) => run.start({ epoch }).finished()));

      expect(logs.map((log) => log.endReason())).toEqual(Array(3).fill('journal-complete'));
      expect((await run.journal()).match(/"type":"step.started"/g)).toHaveLength(1);
    });

    it('starts nothing after startBefore', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));

      const log = await run.start({ startBefore: '2020-01-01T00:00:00.000Z' }).finished();

      expect(log.own('refused')).toMatchObject([{ reason: 'start-expired' }]);
      expect(await host.listFolder(run.folder)).not.toContain('claimed');
    });

    it('meets the tombstone of a run that was cleaned up', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));
      await run.start().finished();
      await run.cleanup();

      const again = await run.start().finished();

      expect(again.own('attached')).toMatchObject([{ started: false }]);
      expect(again.endReason()).toBe('tombstone');
      expect(again.journalLines()).toEqual([]);
      expect(await host.listFolder(run.folder)).not.toContain('journal.jsonl');
    });

    it('is refused when its input is not JSON', async () => {
      const stdin = Buffer.from(`{"operation":\n\n${operationScript('start')}`, 'latin1');

      const log = await new OperationLog(host.runOperation(stdin)).finished();

      expect(log.own('refused')).toMatchObject([{ reason: 'operation-failed' }]);
      expect(log.lines).toHaveLength(1);
    });
  });

  describe('follow', () => {
    it('prints the journal from an offset', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));
      await run.start().finished();
      const journal = await run.journal();
      const offset = journal.indexOf('\n') + 1;

      const log = await run.follow({ offset }).finished();

      expect(log.own('attached')).toMatchObject([{ offset, started: false }]);
      expect(`${log.journalLines().join('\n')}\n`).toBe(journal.slice(offset));
    });

    it('begins at every line of the journal', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello'), aLine('exit 3010')]));
      await run.start().finished();
      const lines = (await run.journal()).split('\n').slice(0, -1);
      let offset = 0;

      for (const [index, line] of lines.entries()) {
        const log = await run.follow({ offset }).finished();

        expect(log.journalLines()).toEqual(lines.slice(index));
        offset += line.length + 1;
      }
    });

    it('never prints a torn last line', async () => {
      const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));
      const first = run.start();
      await first.untilEvent('step.started');
      await host.endProcess(runnerPidOf(await host.readFile(`${run.folder}\\claimed`)));
      await first.finished();
      const whole = (await run.journal()).trimEnd().split('\n');
      await host.appendToFile(`${run.folder}\\journal.jsonl`, '{"seq":99,"at":"2026-');

      const log = await run.follow().finished();

      expect(log.journalLines()).toEqual(whole);
      expect(log.endReason()).toBe('runner-gone');
    });

    it('takes over from a follow that was lost, without a gap', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo one& ping -n 3 127.0.0.1 >nul& echo two')]));
      const first = run.start();
      await first.untilEvent('step.output');
      first.kill();
      const offset = `${first.journalLines().join('\n')}\n`.length;

      const second = await run.follow({ epoch: 2, offset }).finished();

      expect(second.endReason()).toBe('journal-complete');
      expect([...first.journalLines(), ...second.journalLines()].join('\n')).toBe(
        (await run.journal()).trimEnd(),
      );
    });

    it('ends when a higher epoch follows', async () => {
      const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));
      const first = run.start();
      await first.untilEvent('step.started');

      const second = run.follow({ epoch: 2 });
      await first.finished();

      expect(first.endReason()).toBe('stale-epoch');
      await second.untilEvent('step.started');
      await run.cancel();
      expect((await second.finished()).endReason()).toBe('journal-complete');
    });

    it('refuses an epoch that is lower than the last', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));
      await run.start({ epoch: 3 }).finished();

      const log = await run.follow({ epoch: 2 }).finished();

      expect(log.endReason()).toBe('stale-epoch');
      expect(log.journalLines()).toEqual([]);
      expect((await host.readFile(`${run.folder}\\follower`))?.trim()).toBe('3');
    });

    it('says that nothing is there', async () => {
      const log = await new RunUnderTest(host, aPlan([])).follow().finished();

      expect(log.endReason()).toBe('nothing-there');
    });

    it('beats while nothing is new', async () => {
      const run = new RunUnderTest(host, aPlan([aLine(`${LONG_COMMAND} >nul`)]));
      const log = run.start({ heartbeatSeconds: 1 });

      await log.until(() => log.own('heartbeat')[1], 'two heartbeats');

      const offset = (await run.journal()).length;
      expect(log.own('heartbeat')[1]).toMatchObject({ taskState: 'running', offset });
      await run.cancel();
      await log.finished();
    });

    it('tells that the runner is gone', async () => {
      const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));
      const log = run.start();
      await log.untilEvent('step.started');

      await host.endProcess(runnerPidOf(await host.readFile(`${run.folder}\\claimed`)));

      expect((await log.finished()).endReason()).toBe('runner-gone');
    });

    it('tells that Task Scheduler ended the runner', async () => {
      const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));

      const log = await run.start({ taskTimeLimitSeconds: 8 }).finished();

      expect(log.endReason()).toBe('task-time-limit');
    });

    it('tells that the machine was started again', async () => {
      const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));
      const first = run.start();
      await first.untilEvent('step.started');
      await host.reboot();

      const second = await run.follow({ epoch: 2 }).finished();

      expect(second.endReason()).toBe('rebooted');
      expect(second.eventsOf('step.started')).toHaveLength(1);
    });
  });

  describe('cleanup', () => {
    it('leaves the tombstone only, again and again', async () => {
      const run = new RunUnderTest(host, aPlan([aLine('mkdir left& echo behind>left\\over.txt')]));
      await run.start().finished();

      const results = [await run.cleanup(), await run.cleanup()].map((log) => log.own('cleanup')[0]?.result);

      expect(results).toEqual(['clean', 'clean']);
      expect(await host.listFolder(run.folder)).toEqual(['claimed']);
      expect(await host.tasks()).not.toContain(`\\Winch\\${run.id}`);
    });

    it('leaves a run alone that goes on', async () => {
      const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));
      const log = run.start();
      await log.untilEvent('step.started');

      const cleanup = await run.cleanup();

      expect(cleanup.own('cleanup')).toMatchObject([
        { result: 'pending', detail: expect.stringMatching(/./) },
      ]);
      await run.cancel();
      expect((await log.finished()).endReason()).toBe('journal-complete');
    });

    it('is clean where there was no run', async () => {
      const cleanup = await new RunUnderTest(host, aPlan([])).cleanup();

      expect(cleanup.own('cleanup')).toMatchObject([{ result: 'clean' }]);
    });
  });
}

function runnerPidOf(claim: string | undefined): number {
  return Number(/"pid":(\d+)/.exec(claim ?? '')?.[1]);
}
