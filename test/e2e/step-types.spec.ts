import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aKillProcess, anInstaller, anUninstaller, aPackage } from '../harness/builders/package.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const OLD = '{00000001-1111-4222-8333-444444444444}';
const NEW = '{00000002-1111-4222-8333-444444444444}';

/** A program that is replaced: closed, its old version uninstalled, the new one installed, Windows updated. */
describe('a package of installers, uninstallers and kill-process steps', () => {
  let winch: Winch;
  let runs: ReadonlyMap<string, RunView>;

  beforeAll(async () => {
    winch = await Winch.start();
    const programs = {
      'tool.exe': { durationMs: 600_000, children: ['helper.exe'] },
      'helper.exe': { durationMs: 600_000 },
    };
    const msiPackages = {
      'old.msi': { productCode: OLD, name: 'Tool 1.9', version: '1.9.0', uninstallExitCode: 3010 },
      'new.msi': { productCode: NEW, name: 'Tool 2.0', version: '2.0.0' },
    };
    const patch = { programs: { ...programs, 'kb5001.msu': { exitCode: 2359302 } }, msiPackages };
    await winch.addHost('PC-0001', { patch });
    await winch.addHost('PC-0002', {
      patch: { ...patch, programs: { ...programs, 'kb5001.msu': { exitCode: 2149842967 } } },
    });
    await winch.addPackage(
      aPackage('Replace')
        .withStep(anInstaller('Have the old one', 'C:\\Packages\\old.msi'))
        .withStep(aCommand('Have it running', 'start /b tool.exe'))
        .withStep(aKillProcess('Close', 'TOOL', { children: true }))
        .withStep(anUninstaller('Remove the old one', { productName: 'Tool 1.*' }))
        .withStep(anInstaller('Install', 'C:\\Packages\\new.msi', { properties: { LEVEL: 'a "b"' } }))
        .withStep(anInstaller('Update', 'C:\\Packages\\kb5001.msu')),
    );
    const order = { package: 'Replace', targets: { assets: ['PC-0001', 'PC-0002'] } };
    const deployment = await winch.client.finished((await winch.client.deploy(order)).id);
    runs = new Map((await winch.client.runs(deployment.id)).map((run) => [run.asset.name, run]));
  });

  afterAll(() => winch.close());

  const run = (name: string): RunView => {
    const found = runs.get(name);
    if (found === undefined) throw new Error(`No run for ${name}`);
    return found;
  };

  it('runs to its end, with the reboot that uninstalling asked for', () => {
    expect(run('PC-0001')).toMatchObject({ outcome: 'succeeded-reboot-required', rebootRequired: true });
    expect(
      run('PC-0001').steps.map(({ type, returnCode, returnCodeMeaning }) => [
        type,
        returnCode,
        returnCodeMeaning,
      ]),
    ).toEqual([
      ['installer', 0, 'Success'],
      ['command', 0, 'Success'],
      ['kill-process', 0, 'Nothing that matches is running any more'],
      ['msi-uninstaller', 3010, 'Success; a reboot is required'],
      ['installer', 0, 'Success'],
      ['installer', 2359302, 'The update is installed already (Windows Update)'],
    ]);
  });

  it('fails where the update does not apply, and says so', () => {
    expect(run('PC-0002')).toMatchObject({
      outcome: 'failed',
      returnCode: 2149842967,
      failureDetail: expect.stringContaining('The update does not apply to this computer'),
    });
  });

  it('shows what was ended and what was uninstalled', async () => {
    const output = await winch.client.output(run('PC-0001').id);

    expect(output).toMatch(/Ended by force: tool\.exe \(pid \d+, session 0\)/);
    expect(output).toMatch(/Ended by force: helper\.exe/);
    expect(output).toContain(`Removing Tool 1.9 ${OLD}`);
  });
});
