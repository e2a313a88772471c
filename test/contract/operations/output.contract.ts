import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { PlanStep } from '../../../src/packages/domain/execution-plan.js';
import type { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan, aProgram } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

const LONG_TEXT = 'x'.repeat(8000 - 'echo '.length);
const MISSING = 'C:\\Windows\\Temp\\winch-no-such-setup.exe';

function aBatch(text: string, overrides: Partial<PlanStep> = {}): PlanStep {
  return aLine('', { launch: { form: 'batch', text }, ...overrides });
}

/** One run for most of the tests, each of which looks at its own step. */
const STEPS = {
  twoStreams: aLine('echo to-out& echo to-err 1>&2'),
  special: aLine('echo "a & b" ^& c^^ 100% !x!'),
  long: aLine(`echo ${LONG_TEXT}`),
  manyLines: aBatch('@echo off\r\nfor /l %%i in (1,1,2000) do echo line %%i\r\n'),
  exact: aBatch('@echo off\r\nfor %%i in (a b) do echo item %%i\r\nexit /b 7\r\n', { successCodes: [7] }),
  unknown: aLine('winch-no-such-program /x', { onFailure: 6 }),
  direct: aLine('', {
    launch: aProgram('C:\\Windows\\System32\\cmd.exe', '/d /c exit 9'),
    successCodes: [9],
  }),
  missing: aLine('', { launch: { ...aProgram(MISSING, '/quiet'), file: MISSING } }),
} as const satisfies Record<string, PlanStep>;

const indexOf = (name: keyof typeof STEPS): number => Object.keys(STEPS).indexOf(name);

/** What the runner makes of what programs print, and how it starts them. */
export function describeOutput(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  let log: OperationLog;
  const printed = (name: keyof typeof STEPS, stream?: 'stderr'): string => log.output(stream, indexOf(name));
  beforeAll(async () => {
    host = await makeHost();
    log = await new RunUnderTest(host, aPlan(Object.values(STEPS))).start().finished();
  });
  afterAll(() => host.close());

  it('keeps stdout and stderr apart', () => {
    expect(printed('twoStreams').trim()).toBe('to-out');
    expect(printed('twoStreams', 'stderr').trim()).toBe('to-err');
  });

  it('passes special characters through cmd.exe as it is known to treat them', () => {
    expect(printed('special').trim()).toBe('"a & b" & c^ 100% !x!');
  });

  it('comes from a command of 8,000 characters', () => {
    expect(printed('long').trim()).toBe(LONG_TEXT);
  });

  it('keeps the order of many lines', () => {
    const lines = printed('manyLines')
      .trimEnd()
      .split(/ ?\r\n/);

    expect(lines).toEqual(Array.from({ length: 2000 }, (_, index) => `line ${index + 1}`));
  });

  it('is exactly what a batch file printed', () => {
    expect(printed('exact')).toMatch(/^item a ?\r\nitem b ?\r\n$/);
    expect(log.stepEnd(indexOf('exact'))).toMatchObject({
      returnCode: 7,
      verdict: 'success',
      outputTruncated: false,
    });
  });

  it('tells of a program that cmd.exe does not know', () => {
    const end = log.stepEnd(indexOf('unknown'));

    // The cmd.exe of Windows gives 1 under /c and 9009 in a batch file; Wine's gives 9009 in both.
    expect([1, 9009]).toContain(end.returnCode);
    expect(end).toMatchObject({ verdict: 'failure', problem: null });
    expect(printed('unknown', 'stderr')).toContain('winch-no-such-program');
  });

  it('may come from a program that is started without cmd.exe', () => {
    expect(log.stepEnd(indexOf('direct'))).toMatchObject({ returnCode: 9, verdict: 'success' });
  });

  it('is none of a program that does not exist: the step fails as not found', () => {
    expect(log.stepEnd(indexOf('missing'))).toMatchObject({
      returnCode: null,
      verdict: 'failure',
      problem: 'not-found',
    });
    expect(log.event('run.completed')).toMatchObject({
      outcome: 'failed',
      failureReason: 'program-not-found',
    });
  });

  it('is that of SYSTEM', () => {
    expect(log.event('run.started').account.toUpperCase()).toContain('SYSTEM');
  });

  it('comes while the step runs', async () => {
    const flag = 'C:\\Windows\\Temp\\winch-output-contract.txt';
    const waiting = `@echo off\r\necho early\r\n:again\r\nif exist ${flag} goto over\r\nping -n 2 127.0.0.1 >nul\r\ngoto again\r\n:over\r\ndel ${flag}\r\necho late\r\n`;
    const ours = new RunUnderTest(host, aPlan([aBatch(waiting)])).start();

    await ours.untilEvent('step.output');

    expect(ours.output()).toContain('early');
    expect(ours.eventsOf('step.finished')).toEqual([]);
    await host.appendToFile(flag, 'go on');
    expect((await ours.finished()).output()).toContain('late');
  });

  it('is cut at the limit, with a mark', async () => {
    const lines = `@echo off\r\nfor /l %%i in (1,1,50) do echo ${'x'.repeat(100)}\r\n`;

    const ours = await new RunUnderTest(host, aPlan([aBatch(lines)], { outputLimitBytes: 1024 }))
      .start()
      .finished();

    expect(ours.output().endsWith('\n[output truncated by Winch after 1024 bytes]\n')).toBe(true);
    expect(ours.event('step.finished')).toMatchObject({ outputTruncated: true, outputBytes: 1024 });
  });
}
