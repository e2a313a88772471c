import { describe, jest } from '@jest/globals';

import { describeConditions } from '../../contract/operations/conditions.contract.js';
import { engineHost } from '../harness/engine-host.js';

jest.setTimeout(600_000);

describe("the operations' contract on Microsoft's PowerShell, over NTLM and WinRM: conditions", () => {
  describeConditions(engineHost);
});
