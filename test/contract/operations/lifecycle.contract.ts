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

  /** A busy machine may need more than the limit until the claim is made: then once more, with a longer one. */
  const endedByTaskLimit = async (taskTimeLimitSeconds: number): Promise<OperationLog> => {
    const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));
    const log = await run.start({ taskTimeLimitSeconds }).finished();
    const wasTooShort = log.own('refused').length > 0 && taskTimeLimitSeconds < 60;
    return wasTooShort ? endedByTaskLimit(4 * taskTimeLimitSeconds) : log;
  };

  describe('start', () => {
    it('runs the first runs of a machine at the same time, each on its own', async () => {
      const words = ['one', 'two', 'three'];
      const runs = words.map((word) => new RunUnderTest(host, aPlan([aLine(`echo ${word}`)])));

      const logs = await Promise.all(runs.map((run) => run.start().finished()));

      expect(logs.flatMap((log) => log.own('refused'))).toEqual([]);
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

    it('is refused when its input is not JSON', async () => {
      const stdin = Buffer.from(`{"operation":\n\n${operationScript('start')}`, 'latin1');

      const log = await new OperationLog(host.runOperation(stdin)).finished();

      expect(log.own('refused')).toMatchObject([{ reason: 'operation-failed' }]);
      expect(log.lines).toHaveLength(1);
    });
  });

  describe('follow', () => {
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

    it('says that nothing is there', async () => {
      const log = await new RunUnderTest(host, aPlan([])).follow().finished();

      expect(log.endReason()).toBe('nothing-there');
    });

    it('tells that Task Scheduler ended the runner', async () => {
      expect((await endedByTaskLimit(8)).endReason()).toBe('task-time-limit');
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
    it('is clean where there was no run', async () => {
      const cleanup = await new RunUnderTest(host, aPlan([])).cleanup();

      expect(cleanup.own('cleanup')).toMatchObject([{ result: 'clean' }]);
    });
  });
}
