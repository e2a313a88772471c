import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { SHARE_PASSWORD } from '../../../src/packages/domain/execution-plan.js';
import type { ContractShare, MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan, LONG_COMMAND } from './plans.js';
import { eventually, RunUnderTest } from './run-under-test.js';

const USER = 'EXAMPLE\\share-reader';
const PASSWORD = 'pl4nted-Share-Secret!';
const FILES = { 'hello.txt': 'from the share' };

/** The package share: own identity first, then its credential (docs/developing/operations.md, "The package share"). */
export function describeShares(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  let shares = 0;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  /** A plan that reads a share of its own, with the credential when a user is named. */
  async function aSharePlan(
    share: Omit<ContractShare, 'files'> | undefined,
    username: string | null,
    step = (root: string) => aLine(`type "${root}\\hello.txt"`),
  ) {
    const root = `\\\\files\\Packages${++shares}`;
    if (share) await host.setShare?.(root, { ...share, files: FILES });
    const secretNames = username === null ? [] : [SHARE_PASSWORD];
    return aPlan([step(root)], { share: { id: 'share-1', unc: root, username }, secretNames });
  }

  it('is read with the identity of the account where that may', async () => {
    const plan = await aSharePlan({ readers: ['SYSTEM'] }, null);

    const log = await new RunUnderTest(host, plan).start().finished();

    expect(log.output().trim()).toBe('from the share');
    expect(await host.connections?.()).toEqual([]);
  });

  it('is connected with its credential where the account may not, until the run ends', async () => {
    const plan = await aSharePlan({ logons: { [USER]: PASSWORD } }, USER);
    const run = new RunUnderTest(host, plan, [PASSWORD]);

    const log = await run.start().finished();

    expect(log.output().trim()).toBe('from the share');
    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded' });
    await eventually(async () => (await host.connections?.())?.length === 0, 'the connection is removed');
    expect(await host.listFolder(run.folder)).not.toContain('share');
  });

  it('keeps its password from the steps, the folder, the journal and every command line', async () => {
    const plan = await aSharePlan({ logons: { [USER]: PASSWORD } }, USER, () => aLine('set'));
    const run = new RunUnderTest(host, plan, [PASSWORD]);

    const log = await run.start().finished();

    const names = await host.listFolder(run.folder);
    const texts = await Promise.all(names.map((name) => host.readFile(`${run.folder}\\${name}`)));
    const commandLines = ((await host.started()) ?? []).map(({ commandLine }) => commandLine);
    const all = [...log.lines, ...texts, ...commandLines].join('\n');
    expect(log.output()).toMatch(/^PATH=/im);
    expect(log.output()).not.toContain('redacted');
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toContain(Buffer.from(PASSWORD).toString('base64'));
  });

  it.each<[string, Omit<ContractShare, 'files'> | undefined, string]>([
    ['its password is wrong', { logons: { [USER]: 'another' } }, 'share-logon-refused'],
    [
      'another account is connected already',
      { logons: { [USER]: PASSWORD }, conflict: true },
      'share-session-conflict',
    ],
    ['there is no such share', undefined, 'share-unreachable'],
  ])('ends the run before its first step when %s', async (_, share, failureReason) => {
    const plan = await aSharePlan(share, USER);

    const log = await new RunUnderTest(host, plan, [PASSWORD]).start().finished();

    expect(log.eventsOf('step.started')).toEqual([]);
    expect(log.event('run.completed')).toMatchObject({ outcome: 'failed', failureReason, lastStep: null });
    expect(log.event('run.completed').failureDetail).toContain(plan.share?.unc);
  });

  it('is disconnected by the clean-up when the runner was ended from outside', async () => {
    const plan = await aSharePlan({ logons: { [USER]: PASSWORD } }, USER, () => aLine(LONG_COMMAND));
    const run = new RunUnderTest(host, plan, [PASSWORD]);
    const log = run.start();
    await log.untilEvent('step.started');
    const { pid } = JSON.parse((await host.readFile(`${run.folder}\\claimed`)) ?? '{}');

    await host.endProcess(pid);
    await log.finished();
    // The step's program lives on and may hold its output: then the rest of the clean-up is left to a later one.
    await run.cleanup();

    expect(await host.listFolder(run.folder)).not.toContain('share');
    const sweeps = ((await host.started()) ?? []).filter(({ commandLine }) =>
      commandLine.toLowerCase().includes(`net.exe" use "${plan.share?.unc.toLowerCase()}" /delete /y`),
    );
    expect(sweeps.map(({ account }) => account)).toEqual(['SYSTEM']);
  });
}
