import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ScanEnding } from '../../src/scanning/domain/scan-door.js';
import { systemClock } from '../../src/shared/clock.js';
import { scanAsset } from '../../src/worker/scan-asset.js';
import { TargetDoor } from '../../src/worker/target-session.js';
import { aJobCredential } from '../harness/builders/job.js';
import { startWindowsHost, type WindowsHost } from '../windows-host/host.js';
import { FakeBackend, type FakeProcess } from '../windows-host/testing/fake-backend.js';

const SYSTEM = JSON.stringify({
  op: 'scan-system',
  computerName: 'PC-0001',
  os: {
    name: 'Windows',
    version: '10.0.1',
    build: 1,
    revision: null,
    displayVersion: '',
    kind: 'client',
    architecture: 'x64',
  },
  domain: null,
  isDomainMember: false,
  manufacturer: null,
  model: null,
  memory: null,
  disks: [],
  bootId: '2026-01-01T00:00:00.000Z',
  clock: '2026-01-01T01:00:00.000Z',
  powershellVersion: '5.1',
  pendingReboot: [],
  users: [],
});
const ENDED = '{"op":"scan-ended","rows":0,"isTruncated":false,"durationMs":1}';

describe('a worker that scans an asset', () => {
  let backend: FakeBackend;
  let host: WindowsHost;

  beforeEach(async () => {
    backend = new FakeBackend('PC-0001');
    host = await startWindowsHost({
      name: 'PC-0001',
      backend,
      accounts: [{ user: 'Administrator', password: 'Right-1234' }],
    });
  });
  afterEach(() => host.close());

  /** Scans a host whose PowerShell does what the test says. */
  async function scanned(
    behave: (process: FakeProcess) => void,
    signal = new AbortController().signal,
  ): Promise<ScanEnding> {
    backend.engine.onStart = behave;
    const target = {
      name: 'PC-0001',
      address: host.address,
      port: host.port,
      transport: 'http',
      tlsVerify: 'none',
      tlsFingerprint: null,
      authentication: 'negotiate',
    } as const;
    const door = new TargetDoor(
      { target, credentials: [aJobCredential()] },
      { clock: systemClock, onRefused: async () => undefined },
    );
    return scanAsset(door, signal);
  }

  /** Prints these lines and ends. */
  function printing(...lines: string[]): (process: FakeProcess) => void {
    return (process) => {
      process.write(lines.map((line) => `${line}\n`).join(''));
      process.exit(0);
    };
  }

  it('takes a scan between banners that something else on the asset prints', async () => {
    expect(await scanned(printing('Welcome!', SYSTEM, '', 'WARNING: update', ENDED))).toMatchObject({
      ok: true,
      found: { system: { computerName: 'PC-0001' }, software: [] },
    });
  });

  it.each([
    ['half a line', [SYSTEM, '{"op":"scan-software","ro']],
    ['an unknown word', [SYSTEM, '{"op":"format","drive":"C:"}']],
    ['the word of another operation', [SYSTEM, '{"op":"cleanup","result":"clean","detail":""}']],
    [
      'the line of a journal',
      ['{"seq":1,"at":"2026-01-01T00:00:00.000Z","mono":1,"type":"step.started","index":0}', SYSTEM, ENDED],
    ],
    ['a second description of the machine', [SYSTEM, SYSTEM, ENDED]],
    ['a count that is wrong', [SYSTEM, ENDED.replace('"rows":0', '"rows":7')]],
  ])('does not believe %s', async (_, lines) => {
    expect(await scanned(printing(...lines))).toEqual({
      ok: false,
      failureReason: 'scan-unreadable',
      failureDetail: expect.stringMatching(/./),
    });
  });

  it('stops listening to an asset that prints without end, and ends its shell', async () => {
    let isPrinting = true;
    const ending = await scanned((process) => {
      void process.exited.then(() => (isPrinting = false));
      const print = () => {
        if (!isPrinting) return;
        process.write(`${'x'.repeat(100_000)}\n`.repeat(3));
        setImmediate(print);
      };
      print();
    });

    expect(ending).toMatchObject({ ok: false, failureReason: 'scan-unreadable' });
    expect(ending).toHaveProperty('failureDetail', expect.stringContaining('printed more than'));
    expect(host.shells()).toEqual([]);
  });

  it('tells why PowerShell was not let to work', async () => {
    const ending = await scanned((process) => {
      process.write('FullyQualifiedErrorId : ScriptContainedMaliciousContent', 'stderr');
      process.exit(1);
    });

    expect(ending).toEqual({
      ok: false,
      failureReason: 'script-blocked',
      failureDetail: expect.stringContaining('AMSI'),
    });
  });

  it('does not let an asset choose its reason', async () => {
    const refused = '{"op":"refused","reason":"journal-conflict","detail":"trust me"}';

    expect(await scanned(printing(refused))).toMatchObject({
      failureReason: 'script-blocked',
      failureDetail: 'journal-conflict: trust me',
    });
  });

  it('ends at once when it is to let go', async () => {
    const stop = new AbortController();

    const ending = scanned(() => stop.abort(new Error('detached')), stop.signal);

    await expect(ending).rejects.toThrow('detached');
  });
});
