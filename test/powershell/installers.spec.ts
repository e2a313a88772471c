import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { PlanStep } from '../../src/packages/domain/execution-plan.js';
import { aLine, aPlan } from '../contract/operations/plans.js';
import { RunUnderTest } from '../contract/operations/run-under-test.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(120_000);

const DEMO = { file: 'C:\\sim\\winch-demo.msi', productCode: '{00000001-1111-4222-8333-444444444444}' };
const REBOOT = { file: 'C:\\sim\\winch-reboot.msi', productCode: '{00000002-1111-4222-8333-444444444444}' };

/** As `compilePlan` launches an installer step. */
function msiexec(argumentsText: string, file: string | null = null): PlanStep {
  return aLine('', {
    type: 'installer',
    launch: {
      form: 'program',
      program: 'msiexec.exe',
      arguments: argumentsText,
      file,
      waitForChildren: false,
    },
  });
}

describe('Windows Installer packages', () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await engineHost();
  });
  afterAll(() => host.close());

  const codeOf = async (step: PlanStep): Promise<number | null> => {
    const log = await new RunUnderTest(host, aPlan([step])).start().finished();
    return log.event('step.finished').returnCode;
  };
  const products = () => {
    host.backend.refreshModel?.();
    return host.backend.model.products;
  };

  it('are installed, stand in the registry, are removed, and are not there a second time', async () => {
    const installed = await codeOf(msiexec(`/i "${DEMO.file}" /qn /norestart`, DEMO.file));
    const found = products();
    const removed = await codeOf(msiexec(`/x ${DEMO.productCode} /qn /norestart`));
    const again = await codeOf(msiexec(`/x ${DEMO.productCode} /qn /norestart`));

    expect([installed, removed, again]).toEqual([0, 0, 1605]);
    expect(found).toContainEqual({
      name: 'Winch Demo',
      version: '1.2.3',
      productCode: DEMO.productCode,
      publisher: 'Winch',
    });
    expect(products().map(({ productCode }) => productCode)).not.toContain(DEMO.productCode);
  });

  it('that ask for a restart end with 3010', async () => {
    const log = await new RunUnderTest(
      host,
      aPlan([msiexec(`/i "${REBOOT.file}" /qn /norestart`, REBOOT.file)]),
    )
      .start()
      .finished();

    expect(log.event('step.finished')).toMatchObject({ returnCode: 3010, verdict: 'success' });
    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded-reboot-required' });
  });

  it('put their files where they belong', async () => {
    const file = DEMO.file.replace('C:', '%SystemDrive%');

    expect(await codeOf(msiexec(`/i "${file}" /qn /norestart`, file))).toBe(0);
    expect(await host.listFolder('C:\\Program Files\\Winch Demo')).toEqual(['target.exe']);
  });
});
