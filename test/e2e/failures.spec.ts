import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { HostSetup, RegisteredHost, StandInOptions } from '../harness/fleet.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const refusal = (reason: string, detail = 'As it is set up') => ({
  patch: { quirks: { refusal: { reason, detail } } },
});
const account = (fields: object) => ({
  host: { accounts: [{ user: 'Administrator', password: 'Correct-Horse-7', ...fields }] },
});

/** Simulated hosts that cannot be deployed to: how each is set up, and how its run ends. */
const HOSTS: Record<string, { options?: StandInOptions; setup?: HostSetup; end: readonly [string, string] }> =
  {
    'WRONG-PASSWORD': { setup: account({ password: 'changed' }), end: ['blocked', 'wrong-password'] },
    'NO-ADMIN': { setup: account({ administrator: false }), end: ['blocked', 'access-denied'] },
    UNTRUSTED: { setup: { host: { transport: 'https' } }, end: ['blocked', 'tls-untrusted'] },
    'OTHER-CERT': {
      setup: {
        host: { transport: 'https' },
        asset: { tlsVerify: 'fingerprint', tlsFingerprint: 'ab'.repeat(32) },
      },
      end: ['blocked', 'tls-fingerprint-mismatch'],
    },
    'PLAIN-AT-HTTPS': { setup: { asset: { transport: 'https' } }, end: ['blocked', 'tls-failed'] },
    'OLD-POWERSHELL': { options: refusal('powershell-too-old'), end: ['blocked', 'powershell-too-old'] },
    APPLOCKER: { options: refusal('script-blocked'), end: ['blocked', 'script-blocked'] },
    'BAD-FOLDER': { options: refusal('run-folder-unsafe'), end: ['blocked', 'run-folder-unsafe'] },
    'TASK-FAILS': {
      options: { claimWaitMs: 300, patch: { quirks: { taskStartResult: 0x8007_0002 } } },
      end: ['blocked', 'task-did-not-start'],
    },
    CHATTERBOX: {
      options: refusal('operation-failed', 'x'.repeat(4_000)),
      end: ['blocked', 'script-blocked'],
    },
  };

/** Assets where no simulated host is. */
const ELSEWHERE: Record<string, readonly [string, string]> = {
  'NO-NAME': ['unreachable', 'name-not-found'],
  'NO-PORT': ['unreachable', 'connection-refused'],
};

let winch: Winch;
const hosts = new Map<string, RegisteredHost>();
const runs = new Map<string, RunView>();

beforeAll(async () => {
  winch = await Winch.start();
  for (const [name, { options, setup }] of Object.entries(HOSTS)) {
    hosts.set(name, await winch.addHost(name, options, setup));
  }
  await winch.addHost('GOOD');
  await winch.addUnreachableAsset('NO-PORT');
  await winch.addAsset('NO-NAME', { address: 'no-such-host.invalid' });
  await winch.addPackage(aPackage('Hello').withStep(aCommand('Say', 'echo hello')));
  const assets = [...Object.keys(HOSTS), ...Object.keys(ELSEWHERE), 'GOOD'];
  const { id } = await winch.client.deploy({ package: 'Hello', targets: { assets } });
  await winch.client.finished(id, { timeoutMs: 60_000 });
  for (const run of await winch.client.runs(id)) runs.set(run.asset.name, run);
});

afterAll(() => winch.close());

describe('an asset that cannot be deployed to', () => {
  const expected = { ...ELSEWHERE, ...Object.fromEntries(Object.entries(HOSTS).map(([n, h]) => [n, h.end])) };

  it.each(Object.entries(expected))('ends its run with the reason: %s', (name, end) => {
    const run = runs.get(name);

    expect([run?.outcome, run?.failureReason]).toEqual(end);
    expect(run?.failureDetail).not.toBe('');
    expect(run?.hint).toMatch(/^[A-Z].+[^.]$/);
    expect([run?.startedAt, run?.returnCode, run?.lastStep]).toEqual([null, null, null]);
  });

  it('does not keep the others from being deployed to', () => {
    expect(runs.get('GOOD')?.outcome).toBe('succeeded');
  });

  it('gets no step started', () => {
    const lines = [...hosts.values()].flatMap((host) => host.startedWith('echo hello'));

    expect(lines).toEqual([]);
  });

  it('is not tried again with a password that it refused', () => {
    const refused = hosts.get('WRONG-PASSWORD')?.host.requests() ?? [];

    expect(refused.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(2);
  });
});

describe('an asset that no credential opens', () => {
  it('ends its run as blocked without a connection', async () => {
    const { items } = await winch.client.get<{ items: { id: string }[] }>('/credentials');
    for (const { id } of items) await winch.client.request('DELETE', `/credentials/${id}`);

    const { id } = await winch.client.deploy({ package: 'Hello', targets: { assets: ['GOOD'] } });
    const run = await winch.client.settled((await winch.client.onlyRun(id)).id);

    expect([run.outcome, run.failureReason]).toEqual(['blocked', 'no-credential']);
    expect(run.failureDetail).toContain('GOOD');
  });
});
