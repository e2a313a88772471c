import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { RedisMonitor } from '../harness/redis-monitor.js';
import { spellingsIn, spellingsOf } from '../harness/spellings.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

/** The password of the credential, and the value of the secret parameter. */
const PLANTED = 'pl4nted-Secret!';
const SPELLINGS = spellingsOf(PLANTED);
const BASE64 = Buffer.from(PLANTED).toString('base64');

let winch: Winch;
let host: RegisteredHost;
let run: RunView;
/** Where the planted secret was found, and how it was spelt. */
const seen: string[] = [];
/** Every piece of text that was looked at, so that a search of nothing cannot pass. */
const looked = new Map<string, number>();
let commandsInRedis = '';

function look(place: string, content: string | Buffer): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  looked.set(place, (looked.get(place) ?? 0) + bytes.length);
  seen.push(...spellingsIn(bytes, SPELLINGS).map((spelling) => `${place}: ${spelling}`));
}

/** Everything that the host holds at this instant: files, registry, processes, tasks, and all that was started. */
function lookAtHost(): void {
  const { files, ...machine } = host.backend.model;
  look('host files', JSON.stringify(files));
  look('host model', JSON.stringify(machine));
  look('host tasks', JSON.stringify(host.backend.tasks()));
  look('host command lines', JSON.stringify(host.backend.started()));
}

async function lookAtApi(): Promise<void> {
  const deploymentId = run.deploymentId;
  const paths = [
    '/credentials',
    '/packages',
    '/assets',
    '/log',
    '/workers',
    '/keys',
    '/deployments',
    `/deployments/${deploymentId}`,
    `/deployments/${deploymentId}/runs`,
    `/runs/${run.id}`,
    `/runs/${run.id}/events?limit=500`,
    `/runs/${run.id}/output`,
    `/assets/${host.assetId}/runs`,
  ];
  for (const path of paths) {
    const answer = await winch.client.request('GET', path);
    expect([path, answer.status]).toEqual([path, 200]);
    look('api answers', answer.text + JSON.stringify([...answer.headers]));
  }
}

function lookAtFolder(folder: string, place: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) look(place, readFileSync(join(entry.parentPath, entry.name)));
  }
}

/** Makes Redis write its dump beside its append-only file, in our folder. */
async function saveRedis(): Promise<void> {
  const redis = winch.redis.connect();
  await redis.save();
  redis.disconnect();
}

beforeAll(async () => {
  winch = await Winch.start({ password: PLANTED, logLevel: 'debug' });
  using monitor = await RedisMonitor.start(winch.redis.url);
  host = await winch.addHost('PC-0001', {
    patch: { programs: { 'login.exe': { output: ['logged in'], durationMs: 300 } } },
  });
  await winch.addPackage(
    aPackage('With a secret')
      .withParameter('TOKEN', { secret: true, pattern: '^\\S+$' })
      .withStep(aCommand('Use it', 'login.exe'))
      .withStep(aCommand('Echo it', 'echo the token is %WINCH_TOKEN% and that is all'))
      .withStep(aCommand('List the environment', 'set WINCH_')),
  );
  const deployment = await winch.client.deploy({
    package: 'With a secret',
    targets: { assets: ['PC-0001'] },
    parameters: { TOKEN: PLANTED },
  });
  const { id } = await winch.client.onlyRun(deployment.id);
  // In the middle of the first step: afterwards the clean-up takes the run's folder away.
  await winch.client.event(id, (event) => event.type === 'step.started');
  const timer = setInterval(lookAtHost, 20);
  run = await winch.client.settled(id);
  clearInterval(timer);
  lookAtHost();
  await lookAtApi();
  commandsInRedis = monitor.text;
  await saveRedis();
});

afterAll(() => winch.close());

describe('a planted secret', () => {
  it('reaches the steps that need it', async () => {
    expect(run.outcome).toBe('succeeded');
    expect(await winch.client.output(run.id)).toBe(
      ['logged in', 'the token is [redacted] and that is all', 'WINCH_TOKEN=[redacted]', ''].join('\r\n'),
    );
  });

  it('stands nowhere: database, Redis, logs, journal and run folder, command lines, answers', () => {
    lookAtFolder(join(winch.folder, 'data'), 'database');
    lookAtFolder(winch.folder, 'everything on our disk');
    look('commands in Redis', commandsInRedis);
    look('api log', winch.logs().api);
    look('worker log', winch.logs().worker);

    expect([...new Set(seen)]).toEqual([]);
  });

  it('was looked for in what is really there', () => {
    expect([...looked].filter(([, bytes]) => bytes < 200)).toEqual([]);
    expect([...looked.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual([
      'api answers',
      'api log',
      'commands in Redis',
      'database',
      'everything on our disk',
      'host command lines',
      'host files',
      'host model',
      'host tasks',
      'worker log',
    ]);
    expect(readdirSync(winch.folder)).toEqual(expect.arrayContaining(['appendonlydir', 'dump.rdb']));
    expect(commandsInRedis).toContain(`${run.id}-1`);
    expect(spellingsIn(Buffer.from(`{"a":"${BASE64}"}`), SPELLINGS)).not.toEqual([]);
  });
});
