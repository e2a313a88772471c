import { describe, expect, it } from '@jest/globals';

import type { Engine, HostProcess, ProcessLaunch } from '../engine/engine.js';
import { TASK_RESULTS, TaskScheduler } from './task-scheduler.js';

/** Programs that end when the test says so. */
class ManualEngine implements Engine {
  readonly launches: ProcessLaunch[] = [];
  endLast: (code: number) => void = () => undefined;

  start(launch: ProcessLaunch): HostProcess {
    this.launches.push(launch);
    let end: (code: number) => void = () => undefined;
    const exited = new Promise<number>((resolve) => {
      end = resolve;
    });
    this.endLast = end;
    const ignore = () => undefined;
    return { pid: 4, writeStdin: ignore, endStdin: ignore, exited, killTree: () => end(1) };
  }

  killAll(): Promise<void> {
    return Promise.resolve();
  }
}

const PATH = '\\Winch\\1';

function aScheduler(startResult: number | null = null) {
  const engine = new ManualEngine();
  const scheduler = new TaskScheduler({
    engine,
    now: () => new Date('2026-01-02T03:04:05.000Z'),
    environmentOf: (account) => ({ USERNAME: account }),
    startResult: () => startResult,
  });
  const changed = (path = PATH): Promise<void> =>
    new Promise((resolve) => {
      const stop = scheduler.watch(path, () => {
        stop();
        resolve();
      });
    });
  const register = (executionTimeLimitSeconds = 0) =>
    scheduler.register({
      path: PATH,
      commandLine: '"C:\\a b\\x.exe" /y "z"',
      principal: 'S-1-5-18',
      executionTimeLimitSeconds,
    });
  return { engine, scheduler, changed, register };
}

describe('Task Scheduler', () => {
  it('knows a task that never ran', () => {
    const { scheduler, register } = aScheduler();

    register();

    expect(scheduler.list()).toMatchObject([
      { path: PATH, principal: 'S-1-5-18', state: 'ready', lastRunAt: null, lastTaskResult: 0x41303 },
    ]);
    expect(scheduler.describe('\\WINCH\\1')?.xml).toContain(
      '<Command>C:\\a b\\x.exe</Command><Arguments>/y &quot;z&quot;</Arguments>',
    );
  });

  it('starts the command line as SYSTEM', () => {
    const { engine, scheduler, register } = aScheduler();
    register();

    expect(scheduler.run(PATH)).toBe(true);

    expect(engine.launches).toMatchObject([
      { commandLine: '"C:\\a b\\x.exe" /y "z"', account: 'SYSTEM', environment: { USERNAME: 'SYSTEM' } },
    ]);
    expect(scheduler.describe(PATH)).toMatchObject({
      state: 'running',
      lastTaskResult: TASK_RESULTS.running,
      lastRunAt: '2026-01-02T03:04:05.000Z',
    });
  });

  it('ignores a second start while the first runs', () => {
    const { engine, scheduler, register } = aScheduler();
    register();

    scheduler.run(PATH);
    scheduler.run(PATH);

    expect(engine.launches).toHaveLength(1);
  });

  it('keeps the exit code and can start again', async () => {
    const { engine, scheduler, changed, register } = aScheduler();
    register();
    scheduler.run(PATH);
    const ended = changed();

    engine.endLast(112);
    await ended;

    expect(scheduler.describe(PATH)).toMatchObject({ state: 'ready', lastTaskResult: 112 });
    scheduler.run(PATH);
    expect(engine.launches).toHaveLength(2);
  });

  it('ends a task at its time limit', async () => {
    const { scheduler, changed, register } = aScheduler();
    register(0.01);
    scheduler.run(PATH);

    await changed();

    expect(scheduler.describe(PATH)).toMatchObject({ state: 'ready', lastTaskResult: 0x41306 });
  });

  it('keeps the result of a task that was stopped', async () => {
    const { engine, scheduler, register } = aScheduler();
    register();
    scheduler.run(PATH);

    scheduler.stop(PATH);
    engine.endLast(0);
    await new Promise((resolve) => setImmediate(resolve));

    expect(scheduler.describe(PATH)?.lastTaskResult).toBe(0x41306);
  });

  it('tells why a task did not start', () => {
    const { engine, scheduler, register } = aScheduler(0x8007_0569);
    register();

    scheduler.run(PATH);

    expect(scheduler.describe(PATH)).toMatchObject({ state: 'ready', lastTaskResult: 0x8007_0569 });
    expect(engine.launches).toEqual([]);
  });

  it('has nothing to run once the task is deleted', () => {
    const { scheduler, register } = aScheduler();
    register();

    scheduler.delete(PATH);

    expect([scheduler.run(PATH), scheduler.describe(PATH), scheduler.list()]).toEqual([false, undefined, []]);
  });
});
