import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { aLine, aPlan, LONG_COMMAND } from '../contract/operations/plans.js';
import { eventually, RunUnderTest } from '../contract/operations/run-under-test.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(600_000);

const SCRIPT = readFileSync(join(__dirname, 'scheduler.ps1'), 'latin1');
const STATE = { ready: 3, running: 4 };

describe('what the simulator answers in place of Windows', () => {
  let host: EngineHost;
  let answers: Map<string, unknown>;
  beforeAll(async () => {
    host = await engineHost();
    answers = new Map();
    for await (const line of host.runOperation(Buffer.from(`\n\n${SCRIPT}\n`, 'latin1')).lines) {
      const { name, value } = JSON.parse(line) as { name: string; value: unknown };
      answers.set(name, value);
    }
  });
  afterAll(() => host.close());

  it('a registered task has not run, and then has the exit code of its program', () => {
    expect(answers.get('registered')).toEqual([STATE.ready, '0x41303', 0]);
    expect(answers.get('ended')).toBe('0xBC2');
  });

  it('a task that runs has one instance, however often it is run', () => {
    expect(answers.get('running')).toEqual([STATE.running, '0x41301', 1]);
    expect(answers.get('run again')).toEqual([STATE.running, '0x41301', 1]);
    expect(answers.get('the same instance')).toBe(true);
    const starts = host.backend.started().filter(({ commandLine }) => commandLine.includes('/c ping -n 701'));
    expect(starts).toHaveLength(1);
  });

  it('Stop ends the whole tree of a task, and so does its time limit', async () => {
    expect(answers.get('stopped')).toEqual([STATE.ready, '0x41306', 0]);
    expect(answers.get('over its limit')).toBe('0x41306');
    const left = async () =>
      (await host.processes()).filter(({ commandLine }) => /-n 70[12]/.test(commandLine));
    await eventually(async () => (await left()).length === 0, 'no process of the tasks is left');
  });

  it('tasks are listed by their folder, and gone when they were deleted', () => {
    expect(answers.get('names')).toEqual(['Short', 'Long', 'Limited']);
    expect(answers.get('deleted')).toBe('0x80070002');
  });

  it('a restart ends every process, and is another boot', async () => {
    const run = new RunUnderTest(host, aPlan([aLine(LONG_COMMAND)]));
    await run.start().untilEvent('step.started');
    const { bootedAt } = host.backend.model;

    await host.reboot();

    expect(await host.processes()).toEqual([]);
    expect(Date.parse(host.backend.model.bootedAt) - Date.parse(bootedAt)).toBeGreaterThan(10_000);
    expect((await run.follow({ epoch: 2 }).finished()).endReason()).toBe('rebooted');
  });
});
