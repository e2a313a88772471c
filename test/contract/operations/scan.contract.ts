import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { buildOperation } from '../../../src/target/build-operation.js';
import { type ScanProgress, ScanReader } from '../../../src/target/scan-reader.js';
import type { ScannedSoftware, ScanResult } from '../../../src/target/scan-output.js';
import { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan, aProgram } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

/** A package that the host can install: what its name, version and code are once it is there. */
export interface InstallablePackage {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly productCode: string;
}

/** What a scan tells of any machine (docs/developing/operations.md, "scan"). */
export function describeScan(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  describe('scan', () => {
    it('describes the machine first, then its software, then says that this was all', async () => {
      const log = await scan(host);

      const ops = log.lines.map((line) => /^\{"op":"([a-z-]+)"/.exec(line)?.[1]);
      expect(ops[0]).toBe('scan-system');
      expect(ops.at(-1)).toBe('scan-ended');
      expect(ops.slice(1, -1).filter((op) => op !== 'scan-software')).toEqual([]);
    });

    it('tells operating system, disks and boot', async () => {
      const { system } = resultOf(await scan(host));

      expect(system).toMatchObject({
        computerName: expect.stringMatching(/./),
        os: { name: expect.stringMatching(/Windows/), kind: expect.any(String), architecture: 'x64' },
        powershellVersion: expect.stringMatching(/^\d+\.\d+/),
        isDomainMember: expect.any(Boolean),
      });
      expect(system.os.build).toBeGreaterThanOrEqual(9600);
      expect(system.disks.find(({ name }) => name === 'C:\\')?.sizeBytes).toBeGreaterThan(1024 ** 3);
      expect(Date.parse(system.bootId)).toBeLessThan(Date.parse(system.clock));
    });

    it('registers no task and starts no program beside its own PowerShell', async () => {
      const tasks = await host.tasks();
      const started = await host.started();

      await scan(host);

      const since = (await host.started())?.slice(started?.length ?? 0) ?? [];
      expect(await host.tasks()).toEqual(tasks);
      expect(since.filter(({ commandLine }) => !/powershell\.exe/i.test(commandLine))).toEqual([]);
    });
  });
}

/** That what a deployment installs is in the next scan, and gone from it after its removal. */
export function describeScanOfPackage(makeHost: MakeOperationsHost, installable: InstallablePackage): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  it('shows a package of Windows Installer with its product code, and only while it is there', async () => {
    const { file, ...product } = installable;
    const before = await softwareOf(host);
    await install(host, `/i "${file}" /qn /norestart`, file);
    const between = await softwareOf(host);
    await install(host, `/x ${product.productCode} /qn /norestart`, null);
    const after = await softwareOf(host);

    expect(added(before, between)).toEqual([expect.objectContaining({ ...product, user: null })]);
    expect(after).toEqual(before);
  });
}

export async function scan(host: OperationsHost): Promise<OperationLog> {
  return new OperationLog(host.runOperation(buildOperation({ operation: 'scan' }))).finished();
}

/** What the worker makes of the lines. */
export function resultOf(log: OperationLog): ScanResult {
  const reader = new ScanReader();
  let progress: ScanProgress = { kind: 'more' };
  for (const line of [...log.own('scan-system'), ...log.own('scan-software'), ...log.own('scan-ended')]) {
    progress = reader.take(line);
    if (progress.kind === 'broken') throw new Error(progress.problem);
  }
  if (progress.kind !== 'complete') throw new Error(`The scan did not end: ${log.lines.join('\n')}`);
  return progress.result;
}

async function softwareOf(host: OperationsHost): Promise<readonly ScannedSoftware[]> {
  return resultOf(await scan(host)).software;
}

function added(before: readonly ScannedSoftware[], after: readonly ScannedSoftware[]): ScannedSoftware[] {
  const known = new Set(before.map(({ key }) => key));
  return after.filter(({ key }) => !known.has(key));
}

async function install(host: OperationsHost, argumentsText: string, file: string | null): Promise<void> {
  const launch = { ...aProgram('msiexec.exe', argumentsText), file };
  const run = new RunUnderTest(host, aPlan([aLine('', { type: 'installer', launch })]));
  const log = await run.start().finished();
  expect(log.event('step.finished')).toMatchObject({ returnCode: 0 });
}
