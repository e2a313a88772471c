import { describe, jest } from '@jest/globals';

import { describeShares } from '../../contract/operations/shares.contract.js';
import { engineHost } from '../harness/engine-host.js';

jest.setTimeout(120_000);

describe("the operations' contract on Microsoft's PowerShell, over NTLM and WinRM: shares", () => {
  describeShares(engineHost);
});
