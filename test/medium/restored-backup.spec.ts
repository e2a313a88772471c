import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { ApiModule } from '../../src/api.module.js';
import { Database } from '../../src/database/database.js';
import { startTestApi, type TestApi } from '../harness/api.js';
import { DispatchBench } from '../harness/dispatch.js';
import { LiveTarget, startWorker } from '../harness/live-target.js';
import { describeWithRedis, emptyRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

jest.setTimeout(30_000);

describeWithRedis('a database that was restored from an older backup', () => {
  let bench: DispatchBench;
  let target: LiveTarget;
  let folder: string;

  beforeEach(async () => {
    bench = await DispatchBench.start();
    target = await LiveTarget.start(bench);
    folder = mkdtempSync(join(tmpdir(), 'winch-restored-'));
  });

  afterEach(async () => {
    await target[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** As docs/operating/recovery.md has it, while the api runs. */
  const backUp = () =>
    bench.api.running.app.get(Database).reader.query(`VACUUM INTO '${join(folder, 'winch.sqlite')}'`);

  const restored = async (): Promise<TestApi> =>
    startTestApi({
      config: {
        ...bench.api.config,
        dataDir: folder,
        databaseFile: join(folder, 'winch.sqlite'),
        redisUrl: await emptyRedis(),
      },
      module: ApiModule.for.bind(ApiModule),
    });

  it('starts no run a second time that ran after the backup', async () => {
    await bench.api.request('POST', '/api/v1/queue/pause');
    const id = await bench.deploy(['LIVE']);
    await backUp();
    await bench.api.request('POST', '/api/v1/queue/resume');
    const before = await startWorker(bench);
    const ran = await waitFor('the clean-up', async () => {
      const run = await bench.run(id);
      return run.cleanup === 'clean' && run;
    });
    await before[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();

    const api = await restored();
    const after = await startWorker({ api });
    const early = (await api.request('GET', `/api/v1/runs/${ran.id}`)).body;
    await api.request('POST', '/api/v1/queue/resume');

    const run = await waitFor('the run has an end again', async () => {
      const { body } = await api.request('GET', `/api/v1/runs/${ran.id}`);
      return body.state === 'finished' && body;
    });
    await after[Symbol.asyncDispose]();
    await api.close();
    const programs = (await target.machine.started()) ?? [];
    expect(early).toMatchObject({ state: 'waiting', waitingFor: 'paused' });
    expect(ran.outcome).toBe('succeeded');
    expect(run).toMatchObject({ outcome: 'unknown', failureReason: 'tombstone-only' });
    expect(programs.filter(({ commandLine }) => commandLine.includes('echo hello'))).toHaveLength(1);
  });
});
