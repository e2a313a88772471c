import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { ExecutionPlan, PlanStep } from '../../../src/packages/domain/execution-plan.js';
import type { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

/** What shutdown.exe must be given for the message of the tests, as the C runtime takes it apart again. */
const SHUTDOWN = 'c:\\windows\\system32\\shutdown.exe /r /t 90 /d p:4:1 /c "For \\"Winch\\": 100% & \\\\"';

/** Windows spells its own folder in two ways, and the program may stand in quotation marks. */
function comparable(commandLine: string): string {
  return commandLine.replace(/^"?(c:\\windows\\system32\\[^"\s]+)"?/i, (_all, program: string) =>
    program.toLowerCase(),
  );
}

/** What is done with the machine after a run (docs/developing/journal.md). */
export function describeFinalAction(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  const runOf = (steps: readonly PlanStep[], plan: Partial<ExecutionPlan> = {}): Promise<OperationLog> =>
    new RunUnderTest(host, aPlan(steps, plan)).start().finished();

  const reboot = {
    action: 'reboot',
    waitSeconds: 90,
    message: 'For "Winch": 100% & \\',
    when: 'always',
  } as const;

  it('is none when the plan has none, however the run ended', async () => {
    const log = await runOf([aLine('exit 1641'), aLine('echo never')]);

    expect(log.event('final-action.skipped')).toMatchObject({ reason: 'none' });
  });

  it('restarts the machine after success', async () => {
    const log = await runOf([aLine('echo hello')], { finalAction: reboot });

    const { action, waitSeconds, commandLine } = log.event('final-action.started');
    expect({ action, waitSeconds }).toEqual({ action: 'reboot', waitSeconds: 90 });
    expect(comparable(commandLine)).toBe(SHUTDOWN);
    const started = ((await host.started()) ?? [{ commandLine }]).map((program) => program.commandLine);
    expect(started.map(comparable)).toContain(SHUTDOWN);
  });

  it('follows a failure too', async () => {
    const log = await runOf([aLine('exit 1')], { finalAction: { ...reboot, action: 'shutdown' } });

    expect(log.event('final-action.started')).toMatchObject({ action: 'shutdown', waitSeconds: 90 });
  });

  it.each([
    ['exit 0', 'final-action.skipped'],
    ['exit 3010', 'final-action.started'],
  ] as const)('if required: "%s" leads to %s', async (command, type) => {
    const log = await runOf([aLine(command)], { finalAction: { ...reboot, when: 'if-required' } });

    expect(log.events().at(-1)?.type).toBe(type);
  });
}
