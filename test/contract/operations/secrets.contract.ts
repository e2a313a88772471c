import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

const PASSWORD = 'pl4nted-Secret!';
const NAMES = ['WINCH_TOKEN', 'WINCH_OTHER'];

/** The hand-over of secrets (docs/developing/operations.md, Secrets). */
export function describeSecrets(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  let impatient: OperationsHost;
  /** Nobody brings it its secrets. Where the runner waits for a minute, it does so beside the other tests. */
  let neglected: OperationLog;
  beforeAll(async () => {
    host = await makeHost();
    impatient = await makeHost({ secretsWaitMs: 200 });
    const plan = aPlan([aLine('echo never')], { secretNames: NAMES });
    neglected = new RunUnderTest(impatient, plan).start();
  });
  afterAll(async () => {
    await impatient.close();
    await host.close();
  });

  it('gives each secret to the steps as an environment variable', async () => {
    const plan = aPlan([aLine('echo [%WINCH_TOKEN%][%WINCH_OTHER%]')], { secretNames: NAMES });

    // Values of fewer than four characters are not hidden in the output.
    const log = await new RunUnderTest(host, plan, ['one', 'two']).start().finished();

    expect(log.events()[0]?.type).toBe('secrets.requested');
    expect(log.output()).toContain('[one][two]');
  });

  it('hands over a value that is longer than one block of the key', async () => {
    const long = 'abcdefghij'.repeat(50);
    const plan = aPlan([aLine('echo %WINCH_TOKEN%')], { secretNames: ['WINCH_TOKEN'] });

    const log = await new RunUnderTest(host, plan, [long]).start().finished();

    // Nothing is left over, so it was the whole value that was printed and hidden.
    expect(log.output().trim()).toBe('[redacted]');
  });

  it('leaves no secret in the folder, the journal or a command line, though a step prints it', async () => {
    const plan = aPlan([aLine('echo token=%WINCH_TOKEN%, other=%WINCH_OTHER%.')], { secretNames: NAMES });
    const run = new RunUnderTest(host, plan, [PASSWORD, `${PASSWORD}-longer`]);

    const log = await run.start().finished();

    expect(log.output().trim()).toBe('token=[redacted], other=[redacted].');

    const names = await host.listFolder(run.folder);
    const texts = await Promise.all(names.map((name) => host.readFile(`${run.folder}\\${name}`)));
    const commandLines = ((await host.started()) ?? []).map(({ commandLine }) => commandLine);
    expect(names).not.toContain('secrets.bin');
    expect([...texts, ...commandLines].join('\n')).not.toContain(PASSWORD);
    expect([...texts, ...commandLines].join('\n')).not.toContain(Buffer.from(PASSWORD).toString('base64'));
  });

  it('is answered by a later follow, even when its offset lies behind the request', async () => {
    const plan = aPlan([aLine('echo [%WINCH_TOKEN%]')], { secretNames: NAMES });
    const run = new RunUnderTest(host, plan, ['yes', 'second']);
    const first = run.start({ secrets: [] });
    await first.untilEvent('secrets.requested');
    first.kill();
    const offset = (await run.journal()).length;

    const second = await run.follow({ epoch: 2, offset }).finished();

    expect(second.output()).toContain('[yes]');
  });

  it('is answered once though several follow at that moment', async () => {
    const plan = aPlan([aLine('echo [%WINCH_TOKEN%]')], { secretNames: NAMES });
    const run = new RunUnderTest(host, plan, ['yes', 'second']);
    const first = run.start({ secrets: [] });
    await first.untilEvent('secrets.requested');

    const follows = [2, 2].map((epoch) => run.follow({ epoch }).finished());
    const logs = await Promise.all([first.finished(), ...follows]);

    // The first may see the journal's end before it sees the higher epoch.
    expect(['stale-epoch', 'journal-complete']).toContain(logs[0]?.endReason());
    expect(logs.slice(1).map((log) => log.endReason())).toEqual(['journal-complete', 'journal-complete']);
    expect(logs.slice(1).map((log) => log.output().trim())).toEqual(['[yes]', '[yes]']);
  });

  it('is not answered again by a follow from the beginning', async () => {
    const plan = aPlan([aLine('echo hello')], { secretNames: ['WINCH_TOKEN'] });
    const run = new RunUnderTest(host, plan, ['once']);
    await run.start().finished();

    await run.follow({ epoch: 2 }).finished();

    expect(await host.listFolder(run.folder)).not.toContain('secrets.bin');
  });

  it('is not waited for once the run is cancelled', async () => {
    const plan = aPlan([aLine('echo never')], { secretNames: NAMES });
    const run = new RunUnderTest(host, plan);
    const log = run.start();
    await log.untilEvent('secrets.requested');

    await run.cancel();
    await log.finished();

    expect(log.eventsOf('step.started')).toEqual([]);
    expect(log.event('run.completed')).toMatchObject({ outcome: 'cancelled', lastStep: null });
  });

  it('fails the run when none come, and starts no step', async () => {
    const log = await neglected.finished();

    expect(log.eventsOf('step.started')).toEqual([]);
    expect(log.event('run.completed')).toMatchObject({
      outcome: 'failed',
      failureReason: 'secrets-not-delivered',
      lastStep: null,
    });
  });
}
