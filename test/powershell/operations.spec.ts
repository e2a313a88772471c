import { describe, jest } from '@jest/globals';

import { describeOperationsContract } from '../contract/operations/operations.contract.js';
import { engineHost } from './harness/engine-host.js';

jest.setTimeout(90_000);

describe("the operations on Microsoft's PowerShell, over NTLM and WinRM", () => {
  describeOperationsContract(engineHost);
});
