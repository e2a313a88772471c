import { afterEach, describe, expect, it } from '@jest/globals';

import { OperationLog } from '../../contract/operations/operation-log.js';
import { aLine, aPlan, LONG_COMMAND } from '../../contract/operations/plans.js';
import { eventually, RunUnderTest } from '../../contract/operations/run-under-test.js';
import type { HostBackend, MachineTransition } from '../engine/backend.js';
import { createStandInBackend, type StandInBackendOptions } from './backend.js';
import { operationsHostOf } from './testing/contract-host.js';
import { runCommand, startCommand } from './testing/run-command.js';

let backend: HostBackend;
afterEach(() => backend.close());

const machine = (options: Partial<StandInBackendOptions> = {}): HostBackend => {
  backend = createStandInBackend({ name: 'PC-0001', ...options });
  return backend;
};
const startPlan = (plan = aPlan([aLine('echo hello')])): Promise<OperationLog> =>
  new RunUnderTest(operationsHostOf(backend), plan).start().finished();
const untilTransition = (wanted: MachineTransition): Promise<void> =>
  new Promise((resolve) => {
    const stop = backend.watch((transition) => {
      if (transition !== wanted) return;
      stop();
      resolve();
    });
  });

describe('the stand-in machine', () => {
  it('ends every program and changes its boot identity when it restarts', async () => {
    machine();
    const transitions: MachineTransition[] = [];
    backend.watch((transition) => transitions.push(transition));
    const before = backend.model.bootedAt;
    const program = startCommand(backend, LONG_COMMAND);

    await backend.reboot();

    expect(await program.exited).toBe(1);
    expect(backend.model.processes).toEqual([]);
    expect(backend.model.bootedAt).not.toBe(before);
    expect([transitions, backend.model.online]).toEqual([['rebooting', 'online'], true]);
  });

  it('has a new boot identity each time, however quickly', async () => {
    machine();
    const identities = new Set([backend.model.bootedAt]);

    for (let reboot = 1; reboot <= 3; reboot++) {
      await backend.reboot();
      identities.add(backend.model.bootedAt);
    }

    expect(identities.size).toBe(4);
  });

  it('does not answer while it starts again', async () => {
    machine({ rebootDurationMs: 20 });

    const rebooted = backend.reboot();
    await new Promise((resolve) => setImmediate(resolve));

    expect(backend.model.online).toBe(false);
    await rebooted;
    expect(backend.model.online).toBe(true);
  });

  it('goes by its own clock', async () => {
    machine({ patch: { clockOffsetSeconds: 7200 } });

    const log = await startPlan();

    expect(log.own('refused')).toMatchObject([{ reason: 'start-expired' }]);
  });
});

describe('final actions', () => {
  const reboot = { action: 'reboot', waitSeconds: 60, message: 'Winch', when: 'always' } as const;

  it('are recorded only, unless asked otherwise', async () => {
    machine();
    const before = backend.model.bootedAt;

    await startPlan(aPlan([aLine('echo hello')], { finalAction: reboot }));

    expect(backend.started().at(-1)?.commandLine).toBe(
      'C:\\Windows\\System32\\shutdown.exe /r /t 60 /d p:4:1 /c "Winch"',
    );
    expect(backend.model.bootedAt).toBe(before);
  });

  it('really restart the machine when asked', async () => {
    machine({ performFinalAction: true, finalActionWaitMs: 10 });
    const online = untilTransition('online');
    const before = backend.model.bootedAt;

    await startPlan(aPlan([aLine('echo hello')], { finalAction: reboot }));
    await online;

    expect(backend.model.bootedAt).not.toBe(before);
  });

  it('really shut it down when asked', async () => {
    machine({ performFinalAction: true, finalActionWaitMs: 10 });
    const down = untilTransition('shut-down');

    await startPlan(aPlan([aLine('echo hello')], { finalAction: { ...reboot, action: 'shutdown' } }));
    await down;

    expect(backend.model.online).toBe(false);
  });

  it('can be taken back with shutdown /a', async () => {
    machine({ performFinalAction: true });

    const codes = [
      await runCommand(backend, 'shutdown /r /t 60'),
      await runCommand(backend, 'shutdown /a'),
      await runCommand(backend, 'shutdown /a'),
    ].map(({ exitCode }) => exitCode);

    expect(codes).toEqual([0, 0, 1116]);
  });

  it('log every session off', async () => {
    const sessions = [{ id: 2, user: 'PC-0001\\anna', state: 'active' }] as const;
    machine({ performFinalAction: true, finalActionWaitMs: 0, sessions });

    const log = await startPlan(
      aPlan([aLine('echo hello')], { finalAction: { ...reboot, action: 'log-off' } }),
    );
    await eventually(() => Promise.resolve(backend.model.sessions.length === 0), 'nobody is logged on');

    expect(backend.started().at(-1)?.commandLine).toBe('C:\\Windows\\System32\\logoff.exe 2');
    expect(log.event('final-action.started')).toMatchObject({ action: 'log-off', waitSeconds: 60 });
  });

  it('are skipped while Windows Installer works on', async () => {
    const slow = {
      productCode: '{11111111-2222-3333-4444-555555555555}',
      name: 'Slow',
      version: '1',
      durationMs: 60_000,
      lingersAfterKillMs: 60_000,
    };
    machine({ installerWaitMs: 20, patch: { msiPackages: { 'slow.msi': slow } } });
    const step = aLine('msiexec /i slow.msi /qn', { timeoutSeconds: 1 });

    const log = await startPlan(aPlan([step], { finalAction: reboot }));

    expect(log.event('kill.incomplete')).toMatchObject({ installerBusy: true });
    expect(log.event('final-action.skipped')).toMatchObject({ reason: 'installer-busy' });
  });
});

describe('an installer step', () => {
  it('has %NAMES% in its path and arguments replaced by the machine, but never by a secret', async () => {
    const product = { productCode: '{11111111-2222-3333-4444-555555555555}', name: 'App', version: '1' };
    const files = { 'C:\\Windows\\app.msi': { content: '' } };
    machine({ patch: { files, msiPackages: { 'app.msi': product } } });
    const file = '%SystemRoot%\\app.msi';
    const argumentsText = `/i "${file}" /qn KEY=%WINCH_TOKEN%`;
    const step = aLine('', {
      type: 'installer',
      launch: {
        form: 'program',
        program: 'msiexec.exe',
        arguments: argumentsText,
        file,
        waitForChildren: false,
      },
    });

    const log = await startPlan(aPlan([step]));

    expect(log.event('step.finished')).toMatchObject({ returnCode: 0, problem: null });
    expect(backend.started().map(({ commandLine }) => commandLine)).toContain(
      '"msiexec.exe" /i "C:\\Windows\\app.msi" /qn KEY=%WINCH_TOKEN%',
    );
  });
});

describe('quirks', () => {
  it('refuse every operation for a reason', async () => {
    const refusal = { reason: 'script-blocked', detail: 'AppLocker' };
    machine({ patch: { quirks: { refusal } } });

    const log = await startPlan();

    expect(log.lines.map((line) => JSON.parse(line))).toEqual([{ op: 'refused', ...refusal }]);
  });

  it('let the task end before the runner starts', async () => {
    machine({ claimWaitMs: 20, patch: { quirks: { taskStartResult: 0x8007_0569 } } });

    const log = await startPlan();

    expect(log.own('refused')).toEqual([
      { op: 'refused', reason: 'task-did-not-start', detail: expect.stringContaining('0x80070569') },
    ]);
  });

  it('keep the runner from its claim though its task runs', async () => {
    machine({ claimWaitMs: 20, patch: { quirks: { holdsClaim: true } } });

    const log = await startPlan();

    expect(log.own('refused')).toEqual([
      { op: 'refused', reason: 'task-did-not-start', detail: expect.stringContaining('state running') },
    ]);
  });
});
