import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ServiceProcess } from '../harness/service-process.js';
import { Keeper } from './keeper.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winch-keeper-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Ends before it is ready at its first start; at the next ones it stays. */
function shyProcess(): ServiceProcess {
  const script = 'if [ -e "$0" ]; then echo up; exec sleep 60; else : > "$0"; exit 1; fi';
  return new ServiceProcess({
    command: '/bin/sh',
    args: ['-c', script, join(folder, 'tried')],
    environment: { PATH: '/usr/bin:/bin' },
    logFile: join(folder, 'process.log'),
    readyText: 'up',
  });
}

it('starts a process again that does not come up while its neighbours are away, and calls that no crash', async () => {
  const process = shyProcess();
  const keeper = new Keeper('second worker', process);
  try {
    await keeper.start();

    expect(process.isRunning).toBe(true);
    expect(keeper.crashes).toEqual([]);
  } finally {
    await keeper[Symbol.asyncDispose]();
    await process.kill();
  }
});
