import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ExecutionPlan, PlanStep } from '../../../src/packages/domain/execution-plan.js';
import type { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

/** What the runner makes of a plan's steps (docs/developing/journal.md). */
export function describeSteps(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  const runOf = (steps: readonly PlanStep[], plan: Partial<ExecutionPlan> = {}): Promise<OperationLog> =>
    new RunUnderTest(host, aPlan(steps, plan)).start().finished();

  describe('return codes', () => {
    it.each([
      [0, 'success', 'succeeded', null],
      [3010, 'success', 'succeeded-reboot-required', null],
      [1641, 'success', 'succeeded-reboot-required', null],
      [1603, 'failure', 'failed', 'step-failed'],
      [3221225477, 'failure', 'failed', 'step-failed'],
      [4294967295, 'failure', 'failed', 'step-failed'],
    ])('%d is a %s and ends as %s', async (code, verdict, outcome, failureReason) => {
      const log = await runOf([aLine(`exit ${code | 0}`)]);

      expect(log.event('step.finished')).toMatchObject({
        index: 0,
        returnCode: code,
        verdict,
        problem: null,
      });
      expect(log.event('run.completed')).toMatchObject({
        outcome,
        failureReason,
        lastStep: 0,
        returnCode: code,
      });
    });

    it('stop at a hard reboot when further steps would follow', async () => {
      const finalAction = { action: 'reboot', waitSeconds: 60, message: '', when: 'always' } as const;
      const log = await runOf([aLine('exit 1641'), aLine('echo never')], { finalAction });

      expect(log.event('step.finished')).toMatchObject({ verdict: 'success', next: null });
      expect(log.event('run.completed')).toMatchObject({
        outcome: 'interrupted',
        failureReason: 'reboot-started-by-step',
        rebootRequired: true,
      });
      expect(log.event('final-action.skipped')).toMatchObject({ reason: 'interrupted' });
    });

    it('are tried again when they are retry codes', async () => {
      const flag = 'C:\\Windows\\Temp\\winch-retry-contract.txt';
      const batch = `@echo off\r\nif exist ${flag} exit 0\r\necho x>${flag}\r\nexit 1618\r\n`;

      const log = await runOf([
        aLine(`if exist ${flag} del ${flag}`),
        aLine('', { launch: { form: 'batch', text: batch } }),
      ]);

      expect(log.event('step.retrying')).toMatchObject({ returnCode: 1618, attempt: 1, delaySeconds: 1 });
      expect(log.eventsOf('step.finished')[1]).toMatchObject({ returnCode: 0, verdict: 'success' });
    });
  });

  describe('jumps', () => {
    it('go to the step that the plan names', async () => {
      const log = await runOf([
        aLine('exit 5', { onFailure: 2 }),
        aLine('echo skipped', { enabled: false }),
        aLine('echo third'),
      ]);

      expect(log.eventsOf('step.finished').map(({ index, next }) => [index, next])).toEqual([
        [0, 2],
        [2, 'stop-success'],
      ]);
      expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded', lastStep: 2 });
    });

    it.each([
      ['onSuccess', 'echo ok', 'stop-failure', 'failed'],
      ['onFailure', 'exit 1', 'stop-success', 'succeeded'],
    ] as const)('end the run by %s of "%s" to %s', async (field, command, jump, outcome) => {
      const log = await runOf([aLine(command, { [field]: jump })]);

      expect(log.event('step.finished').next).toBe(jump);
      expect(log.event('run.completed').outcome).toBe(outcome);
    });

    it('name the step that failed, whatever it is called', async () => {
      const log = await runOf([aLine('exit 2', { name: 'Größe "prüfen" ☃' })]);

      expect(log.event('run.completed').failureDetail).toContain('Größe "prüfen" ☃');
    });

    it('end a plan that has nothing to do', async () => {
      const log = await runOf([], { start: 'stop-success' });

      expect(log.event('run.completed')).toMatchObject({
        outcome: 'succeeded',
        lastStep: null,
        returnCode: null,
      });
    });
  });
}
