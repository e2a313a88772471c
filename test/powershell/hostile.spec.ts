import { chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { OperationLog } from '../contract/operations/operation-log.js';
import { aLine, aPlan } from '../contract/operations/plans.js';
import { eventually, RunUnderTest } from '../contract/operations/run-under-test.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(600_000);

const TARGET = 'C:\\sim\\target.exe';

describe('what may go wrong on a machine', () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await engineHost();
  });
  afterAll(() => host.close());

  /** A run whose folder a test makes before it starts. */
  const prepared = (): { run: RunUnderTest; folder: string } => {
    const run = new RunUnderTest(host, aPlan([aLine('echo never')]));
    const folder = host.backend.drive.unixPath(run.folder);
    mkdirSync(dirname(folder), { recursive: true });
    return { run, folder };
  };

  it('a run folder that is a link is refused by every operation, and nothing is written through it', async () => {
    const { run, folder } = prepared();
    host.backend.drive.createFolder('C:\\elsewhere');
    symlinkSync('../../../elsewhere', folder);

    const logs = [
      await run.start().finished(),
      await run.follow().finished(),
      await run.cancel(),
      await run.cleanup(),
    ];

    for (const log of logs) {
      expect(log.lines).toHaveLength(1);
      expect(log.own('refused')).toMatchObject([{ reason: 'run-folder-unsafe' }]);
    }
    expect(await host.listFolder('C:\\elsewhere')).toEqual([]);
  });

  it('a run folder that belongs to somebody else is refused, and nothing is written into it', async () => {
    const { run, folder } = prepared();
    mkdirSync(folder);
    // Wine takes every other Unix user for the anonymous one.
    chownSync(folder, 4711, 4711);

    const log = await run.start().finished();

    expect(log.own('refused')).toMatchObject([
      { reason: 'run-folder-unsafe', detail: expect.stringContaining('belongs to S-1-5-7') },
    ]);
    expect(await host.listFolder(run.folder)).toEqual([]);
  });

  it('a tree that goes on spawning is ended', async () => {
    const run = new RunUnderTest(host, aPlan([aLine(`${TARGET} --spawn 400 100 60000`)]));
    const log = run.start();
    await eventually(async () => (await copiesOf(TARGET)) >= 6, 'several copies run');

    await run.cancel();
    await log.finished();

    expect(log.event('run.completed').outcome).toBe('cancelled');
    await eventually(async () => (await copiesOf(TARGET)) === 0, 'no copy is left');
  });

  it('a step timeout ends a tree of 40 processes', async () => {
    const log = await new RunUnderTest(
      host,
      aPlan([aLine(`${TARGET} --tree 3 3 60000`, { timeoutSeconds: 4 })]),
    )
      .start()
      .finished();

    expect(log.event('step.finished')).toMatchObject({ verdict: 'timed-out', returnCode: null });
    expect(log.eventsOf('kill.incomplete')).toEqual([]);
    expect(await copiesOf(TARGET)).toBe(0);
  });

  it('a journal that finds no room stands still, and goes on without a gap when there is some again', async () => {
    const short = Array.from({ length: 14 }, () => aLine('exit 0'));
    const run = new RunUnderTest(host, aPlan([aLine('ping -n 4 127.0.0.1 >nul'), ...short]));
    const log = run.start({ heartbeatSeconds: 1 });
    await log.untilEvent('step.started');

    const freeDisk = host.backend.fillDisk();
    await log.until(
      () => standsStill(log) || undefined,
      'two heartbeats at one offset, after the first step',
    );
    freeDisk();
    await log.finished();

    expect(log.event('run.completed').outcome).toBe('succeeded');
    expect(log.events().map(({ seq }) => seq)).toEqual(log.events().map((_event, index) => index + 1));
  });

  /** Between two steps: a step that runs prints nothing either. */
  function standsStill(log: OperationLog): boolean {
    const [last, before] = log.own('heartbeat').toReversed();
    return last !== undefined && last.offset === before?.offset && log.eventsOf('step.finished').length > 1;
  }

  async function copiesOf(program: string): Promise<number> {
    return (await host.processes()).filter(({ commandLine }) => commandLine.includes(program)).length;
  }
});
