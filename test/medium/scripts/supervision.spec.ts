import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLines } from './run-script.js';

describe('the lock of a data folder', () => {
  let file: string;

  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'winch-lock-')), 'start.lock');
  });

  afterEach(() => {
    rmSync(join(file, '..'), { recursive: true });
  });

  const take = (): unknown =>
    JSON.parse(
      runLines(`
        import { takeLock } from '#scripts/lib/lock.mjs';
        const { taken, previous, holder } = takeLock(${JSON.stringify(file)});
        console.log(JSON.stringify({ taken, previous, holder }));
      `).stdout,
    );

  it('is taken where nobody holds it', () => {
    expect(take()).toEqual({ taken: true });
  });

  it('is refused while its holder lives', () => {
    const own = runLines(`
      import { identityOf } from '#scripts/lib/processes.mjs';
      console.log(JSON.stringify(identityOf(${process.pid})));
    `).stdout;
    writeFileSync(file, own);

    expect(take()).toMatchObject({ taken: false, holder: { pid: process.pid } });
  });

  it('is taken over, with what it held, when a stranger has the pid of its holder', () => {
    const children = [{ name: 'worker', pid: 4_000_000, started: '1' }];
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: '1', children }));

    expect(take()).toMatchObject({ taken: true, previous: { children } });
  });

  it('is taken over when a crash has left it torn', () => {
    writeFileSync(file, '{"pid":12');

    expect(take()).toEqual({ taken: true });
  });
});

describe('the supervisor', () => {
  it('starts a process again that has died, and tells whose lives now', () => {
    const { stdout, stderr } = runLines(`
      import { Supervisor } from '#scripts/lib/supervisor.mjs';
      import { startChild } from '#scripts/lib/processes.mjs';
      const seen = [];
      const twice = Promise.withResolvers();
      const supervisor = new Supervisor({
        onChange: (children) => {
          seen.push(children.map(({ name }) => name).join());
          if (seen.length === 2) twice.resolve();
        },
      });
      const sleeper = async () => startChild(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
      let pids = [];
      await supervisor.keep('sleeper', async () => { const child = await sleeper(); pids.push(child.pid); return child; });
      process.kill(pids[0], 'SIGKILL');
      await twice.promise;
      await supervisor.stop(['sleeper'], { graceMs: 5000 });
      console.log(JSON.stringify({ seen, different: pids[0] !== pids[1], count: pids.length }));
    `);

    expect(stderr).toContain('sleeper has ended (ended by SIGKILL): starting it again in 1 s');
    expect(JSON.parse(stdout)).toEqual({ seen: ['sleeper', 'sleeper'], different: true, count: 2 });
  });

  it('does not repeat a process that never worked', () => {
    const { stdout, stderr } = runLines(`
      import { Supervisor } from '#scripts/lib/supervisor.mjs';
      import { hasEnded, startChild, until } from '#scripts/lib/processes.mjs';
      const supervisor = new Supervisor({ onChange: () => undefined });
      let starts = 0;
      const failing = async () => { starts += 1; return startChild(process.execPath, ['-e', 'process.exit(3)']); };
      const untilWell = async (child) => {
        await until(async () => hasEnded(child), { timeoutMs: 10_000 });
        throw new Error('it ended');
      };
      const reason = await supervisor.keep('failing', failing, untilWell).catch((error) => error.message);
      console.log(JSON.stringify({ reason, starts }));
    `);

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ reason: 'it ended', starts: 1 });
  });

  it('kills a process that does not heed SIGTERM, with what it has started', () => {
    const { stdout } = runLines(`
      import { Supervisor } from '#scripts/lib/supervisor.mjs';
      import { identityOf, isAlive, startChild, until } from '#scripts/lib/processes.mjs';
      import { once } from 'node:events';
      const stubborn = \`
        process.on('SIGTERM', () => undefined);
        const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
        console.log(child.pid);
        setInterval(() => 0, 1000);
      \`;
      const supervisor = new Supervisor({ onChange: () => undefined });
      let child;
      await supervisor.keep('stubborn', async () => (child = startChild(process.execPath, ['-e', stubborn], { stdio: 'pipe' })));
      const [bytes] = await once(child.stdout, 'data');
      const grandchild = identityOf(Number(bytes.toString()));
      const before = isAlive(grandchild);
      await supervisor.stop(['stubborn'], { graceMs: 200 });
      const gone = await until(async () => !isAlive(grandchild), { timeoutMs: 5000 });
      console.log(JSON.stringify({ before, gone, signal: child.signalCode }));
    `);

    expect(JSON.parse(stdout)).toEqual({ before: true, gone: true, signal: 'SIGKILL' });
  });
});
