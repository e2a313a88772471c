import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { PlanLaunch, PlanStep } from '../../../src/packages/domain/execution-plan.js';
import type { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan, aProgram } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

type UninstallLaunch = Extract<PlanLaunch, { form: 'msi-uninstall' }>;

/** The packages that the host must have below `C:\sim`; removing the second asks for a restart. */
export const DEMO_PACKAGES = {
  demo: { file: 'C:\\sim\\winch-demo.msi', code: '{00000001-1111-4222-8333-444444444444}' },
  reboot: { file: 'C:\\sim\\winch-reboot.msi', code: '{00000002-1111-4222-8333-444444444444}' },
} as const;
const { demo, reboot } = DEMO_PACKAGES;

const CODES = { successCodes: [0, 1605, 1641, 3010] };

function anInstallation(file: string): PlanStep {
  return aLine('', { type: 'installer', launch: aProgram('msiexec.exe', `/i "${file}" /qn /norestart`) });
}

function aRemoval(launch: Partial<UninstallLaunch>, overrides: Partial<PlanStep> = {}): PlanStep {
  const form = 'msi-uninstall';
  const rest = { productCodes: [], productName: null, options: '/qn /norestart', log: true };
  return aLine('', { type: 'msi-uninstaller', launch: { form, ...rest, ...launch }, ...CODES, ...overrides });
}

/** What msi-uninstaller steps do (docs/guide/packages.md). */
export function describeMsiUninstall(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  const runOf = (...steps: readonly PlanStep[]): Promise<OperationLog> =>
    new RunUnderTest(host, aPlan(steps)).start().finished();
  const codes = (log: OperationLog) => log.eventsOf('step.finished').map(({ returnCode }) => returnCode);

  it('removes a product by its code, and says that it is not there a second time', async () => {
    const removal = aRemoval({ productCodes: [demo.code] });

    const log = await runOf(anInstallation(demo.file), removal, removal);

    expect(codes(log)).toEqual([0, 0, 1605]);
    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded' });
    expect(log.output()).toContain(`Removing  ${demo.code}\r\n`);
    expect(log.output()).toContain('Return code 0\r\n');
  });

  it('removes what has a name like the one given, and nothing else', async () => {
    const log = await runOf(
      anInstallation(demo.file),
      anInstallation(reboot.file),
      aRemoval({ productName: 'winch d*o' }),
      aRemoval({ productCodes: [reboot.code] }),
    );

    expect(codes(log)).toEqual([0, 3010, 0, 3010]);
    expect(log.output()).toContain(`Removing Winch Demo ${demo.code}\r\n`);
  });

  it('removes several products in order with one return code for all', async () => {
    const log = await runOf(
      anInstallation(demo.file),
      anInstallation(reboot.file),
      aRemoval({ productName: 'Winch *' }),
    );

    expect(codes(log)).toEqual([0, 3010, 3010]);
    expect(log.output().indexOf(demo.code)).toBeLessThan(log.output().indexOf(reboot.code));
    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded-reboot-required' });
  });

  it('ends with 1605 when no name matches, which is a failure where the plan says so', async () => {
    const log = await runOf(aRemoval({ productName: 'Winch No Such *' }, { successCodes: [0] }));

    expect(log.event('step.finished')).toMatchObject({ returnCode: 1605, verdict: 'failure' });
    expect(log.output()).toContain('No installed product has a name like Winch No Such *');
  });

  it('stops at the first failure', async () => {
    const codesInOrder = [demo.code, reboot.code];

    const log = await runOf(
      anInstallation(reboot.file),
      aRemoval({ productCodes: codesInOrder }, { successCodes: [0, 3010], onFailure: 2 }),
      aRemoval({ productCodes: codesInOrder }),
    );

    expect(codes(log)).toEqual([3010, 1605, 3010]);
  });
}
