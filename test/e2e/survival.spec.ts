import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RunEvent } from '../harness/client.js';
import { hasRedisServer } from '../harness/redis-server.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(180_000);

/** A worker that vanished is taken for dead after 30 s of silence. */
const RECOVERY = { timeoutMs: 70_000 };
const LINES = ['1', '2', '3', '4', '5', '6', '7', '8'];

interface Survived {
  readonly run: RunView;
  readonly events: readonly RunEvent[];
  readonly output: string;
  /** How often each program was started on the host. */
  readonly starts: readonly [work: number, after: number];
}

type Disruption = (winch: Winch, runId: string) => Promise<void>;

/** Runs a package, disturbs it in the middle of its first step, and waits for its end. */
async function survive(disturb: Disruption): Promise<Survived> {
  await using winch = await Winch.start();
  const output = LINES.map((text, index) => ({ text: `line ${text}`, atMs: index * 300 }));
  const work = { output, durationMs: 3_000 };
  const programs = { 'work.exe': work, 'after.exe': { output: ['after'], exitCode: 3010 } };
  const host = await winch.addHost('PC-0001', { patch: { programs } });
  await winch.addPackage(
    aPackage('Work').withStep(aCommand('Work', 'work.exe')).withStep(aCommand('After', 'after.exe')),
  );
  const deployment = await winch.client.deploy({ package: 'Work', targets: { assets: ['PC-0001'] } });
  const { id } = await winch.client.onlyRun(deployment.id);
  await winch.client.event(id, (event) => event.type === 'step.output');

  await disturb(winch, id);

  const run = await winch.client.settled(id, RECOVERY);
  const [events, text] = [await winch.client.events(id), await winch.client.output(id)];
  return { run, events, output: text, starts: [host.startsOf('work.exe'), host.startsOf('after.exe')] };
}

const DISRUPTIONS = {
  'the worker is killed and started again': async ({ worker }) => {
    await worker.kill();
    await worker.start();
  },
  'the api is killed and started again': async ({ api }) => {
    await api.kill();
    await api.start();
  },
  'everything is killed and started again': async ({ api, worker, redis }) => {
    await Promise.all([worker.kill(), api.kill(), redis.process?.kill()]);
    await redis.process?.start();
    await api.start();
    await worker.start();
  },
  'Redis loses everything': async ({ redis }) => {
    const connection = redis.connect();
    await connection.flushall();
    connection.disconnect();
  },
  // A suspended machine: its worker is replaced, and comes back believing that it follows the run.
  'the worker freezes, is replaced, and thaws': async (winch, runId) => {
    winch.worker.freeze();
    await winch.addWorker();
    await winch.client.event(runId, (event) => event.type === 'run.reattached', RECOVERY);
    winch.worker.thaw();
  },
  'Redis is away for a while': async ({ redis }) => {
    await redis.process?.kill();
    await redis.process?.start();
  },
} satisfies Record<string, Disruption>;

/** Orders while nobody takes jobs, empties Redis, and lets a worker come. */
async function loseWaitingJob(): Promise<{ readonly outcome: RunView['outcome']; readonly starts: number }> {
  await using winch = await Winch.start();
  const host = await winch.addHost('PC-0001', { patch: { programs: { 'work.exe': {} } } });
  await winch.addPackage(aPackage('Work').withStep(aCommand('Work', 'work.exe')));
  await winch.worker.kill();
  const deployment = await winch.client.deploy({ package: 'Work', targets: { assets: ['PC-0001'] } });
  const { id } = await winch.client.onlyRun(deployment.id);
  await winch.client.event(id, (event) => event.type === 'run.queued');
  await DISRUPTIONS['Redis loses everything'](winch);
  await winch.worker.start();
  const { outcome } = await winch.client.settled(id, RECOVERY);
  return { outcome, starts: host.startsOf('work.exe') };
}

// Without a redis-server on the PATH there is no Redis that may be killed or emptied.
(hasRedisServer ? describe : describe.skip)('what has been ordered', () => {
  const survived = new Map<string, Survived>();
  let lost: Awaited<ReturnType<typeof loseWaitingJob>>;

  // All at once: one after the other they would wait again and again for the same 30 s of silence.
  beforeAll(async () => {
    const running = Object.entries(DISRUPTIONS).map(async ([name, disturb]) =>
      survived.set(name, await survive(disturb)),
    );
    [lost] = await Promise.all([loseWaitingJob(), ...running]);
  });

  it('is queued again when Redis loses it before a worker has taken it', () => {
    expect(lost).toEqual({ outcome: 'succeeded', starts: 1 });
  });

  it.each(Object.keys(DISRUPTIONS))(
    'and is in the middle of a step comes to its right end, once on the host, when %s',
    (name) => {
      const result = survived.get(name);

      expect(result?.run.outcome).toBe('succeeded-reboot-required');
      expect(result?.run.steps.map(({ returnCode, verdict }) => [returnCode, verdict])).toEqual([
        [0, 'success'],
        [3010, 'success'],
      ]);
      expect(result?.output).toBe([...LINES.map((line) => `line ${line}`), 'after', ''].join('\r\n'));
      expect(result?.starts).toEqual([1, 1]);
      expect(result?.events.map((event) => event.seq)).toEqual(
        Array.from({ length: result?.events.length ?? 0 }, (_, index) => index + 1),
      );
      expect(result?.events.filter((event) => event.type === 'run.finished')).toHaveLength(1);
      expect(result?.run.cleanup).toBe('clean');
    },
  );
});
