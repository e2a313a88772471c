import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aPackage, aScript } from '../harness/builders/package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { RedisMonitor } from '../harness/redis-monitor.js';
import { spellingsIn, spellingsOf } from '../harness/spellings.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const PLANTED = 'pl4nted-Share-Secret!';
const READER = 'EXAMPLE\\reader';
const SCRIPT = '@echo off\r\necho read by %COMPUTERNAME%\r\n';

/** The runs of one deployment to two hosts, each of which a share of its own serves. */
describe('a package share with a credential', () => {
  let winch: Winch;
  let readerId: string;
  let hosts: Readonly<Record<string, RegisteredHost>>;
  const runs = new Map<string, RunView>();
  /** What both hosts held while steps ran: files, tasks, command lines. */
  const held: string[] = [];
  let commandsInRedis = '';

  const hostReading = (name: string, root: string, password: string) =>
    winch.addHost(name, {
      patch: {
        files: { [`${root}\\Scripts\\hello.cmd`]: { content: SCRIPT } },
        shares: { [root]: { logons: { [READER]: password } } },
      },
    });

  const lookAtHosts = () => {
    for (const { backend } of Object.values(hosts)) {
      const { files, processes } = backend.model;
      held.push(JSON.stringify([files, processes, backend.tasks(), backend.started()]));
    }
  };

  beforeAll(async () => {
    winch = await Winch.start({ logLevel: 'debug' });
    using monitor = await RedisMonitor.start(winch.redis.url);
    hosts = {
      right: await hostReading('PC-0001', '\\\\files\\Packages$', PLANTED),
      wrong: await hostReading('PC-0002', '\\\\files\\Packages$', 'another'),
    };
    const reader = { name: 'Reader', username: READER, password: PLANTED, scope: { assets: [] } };
    readerId = (await winch.client.post<{ id: string }>('/credentials', reader)).id;
    await winch.client.post('/shares', {
      name: 'Main',
      unc: '\\\\elsewhere\\Packages$',
      default: true,
    });
    await winch.client.post('/shares', {
      name: 'Loopback',
      unc: '\\\\files\\Packages$',
      credential: 'Reader',
      addressRanges: ['127.0.0.0/8'],
    });
    await winch.addPackage(
      aPackage('From the share').withStep(aScript('Hello', '{PackageShare}\\Scripts\\hello.cmd')),
    );
    const deployment = await winch.client.deploy({
      package: 'From the share',
      targets: { assets: ['PC-0001', 'PC-0002'] },
    });
    const timer = setInterval(lookAtHosts, 20);
    for (const { id, asset } of await winch.client.runs(deployment.id))
      runs.set(asset.name, await winch.client.settled(id));
    clearInterval(timer);
    lookAtHosts();
    commandsInRedis = monitor.text;
  });

  afterAll(() => winch.close());

  it('serves the assets of its address range', async () => {
    const run = runs.get('PC-0001');

    expect(run).toMatchObject({ outcome: 'succeeded', failureReason: null });
    expect(await winch.client.output(run?.id ?? '')).toContain('read by PC-0001');
    expect(hosts['right']?.backend.model).toMatchObject({ connections: [] });
  });

  it('says why it could not be opened, and what to check', () => {
    expect(runs.get('PC-0002')).toMatchObject({
      outcome: 'failed',
      failureReason: 'share-logon-refused',
      failureDetail: expect.stringContaining('\\\\files\\Packages$'),
      hint: expect.stringContaining("Correct the share's credential"),
      lastStep: null,
    });
  });

  it('leaves its password nowhere: disk, Redis, logs, answers, files and command lines of the hosts', async () => {
    const paths = [
      '/shares',
      '/credentials',
      '/log',
      ...[...runs.values()].map(({ id }) => `/runs/${id}/events?limit=500`),
    ];
    const answers = await Promise.all(
      paths.map(async (path) => (await winch.client.request('GET', path)).text),
    );
    const disk = readdirSync(winch.folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const places = { answers, disk, held, redis: [commandsInRedis], logs: Object.values(winch.logs()) };
    const spellings = spellingsOf(PLANTED);

    const found = Object.entries(places).flatMap(([place, texts]) =>
      texts.flatMap((text) =>
        spellingsIn(Buffer.from(text, 'latin1'), spellings).map((spelling) => `${place}: ${spelling}`),
      ),
    );

    expect(found).toEqual([]);
    expect(Object.entries(places).filter(([, texts]) => texts.join('').length < 200)).toEqual([]);
    expect(held.join('')).toContain('hello.cmd');
  });

  it('blocks a run whose share has lost its credential since the order', async () => {
    await winch.client.post('/queue/pause');
    const order = { package: 'From the share', targets: { assets: ['PC-0001'] } };
    const { id } = await winch.client.onlyRun((await winch.client.deploy(order)).id);
    const shares = await winch.client.get<{ items: { id: string; name: string }[] }>('/shares?q=loop');
    const path = `/shares/${shares.items[0]?.id}`;

    const released = await winch.client.request('PATCH', path, { body: { credential: null } });
    const removed = await winch.client.request('DELETE', `/credentials/${readerId}`);
    await winch.client.post('/queue/resume');

    expect([released.status, removed.status]).toEqual([200, 204]);
    expect(await winch.client.settled(id)).toMatchObject({
      outcome: 'blocked',
      failureReason: 'share-credential-missing',
    });
  });
});
