import { describe, jest } from '@jest/globals';

import { Deadline } from '../../src/shared/deadline.js';
import { Secret } from '../../src/shared/secret.js';
import { describeOperationsContract } from '../contract/operations/operations.contract.js';
import type { OperationsHost, OperationsHostOptions } from '../contract/operations/operations-host.js';
import { overWinrm } from '../contract/operations/winrm-operations-host.js';
import { eventually } from '../contract/operations/run-under-test.js';
import { identify, type SessionOptions } from '../../src/winrm/index.js';
import type { HostBackend } from '../windows-host/engine/backend.js';
import { startWindowsHost } from '../windows-host/host.js';
import { createStandInBackend } from '../windows-host/stand-in/backend.js';
import { machineAccess } from '../windows-host/stand-in/testing/contract-host.js';

jest.setTimeout(30_000);

const ACCOUNT = { user: 'Administrator', password: 'Contract-1' };

async function hostOverWinrm(options: OperationsHostOptions = {}): Promise<OperationsHost> {
  const backend = createStandInBackend({ name: 'PC-0001', ...options });
  const host = await startWindowsHost({ name: 'PC-0001', backend, accounts: [ACCOUNT] });
  const address = { host: host.address, port: host.port, transport: 'http' } as const;
  const machine = {
    ...machineAccess(backend),
    reboot: () => reboot(backend, address),
    close: () => host.close(),
  };
  return overWinrm(machine, {
    ...address,
    authentication: 'negotiate',
    username: ACCOUNT.user,
    password: new Secret(ACCOUNT.password),
  });
}

/** Resolves when WinRM answers again. */
async function reboot(
  backend: HostBackend,
  address: Pick<SessionOptions, 'host' | 'port' | 'transport'>,
): Promise<void> {
  await backend.reboot();
  await eventually(async () => {
    try {
      await identify(address, Deadline.in(1000));
      return true;
    } catch {
      return false;
    }
  }, 'WinRM answers after the restart');
}

describe('the operations of the stand-in, over NTLM and WinRM', () => {
  describeOperationsContract(hostOverWinrm);
});
