import { describe, jest } from '@jest/globals';

import { describeLongRun } from '../../contract/operations/long-run.contract.js';
import { engineHost } from '../harness/engine-host.js';

jest.setTimeout(600_000);

describe("the operations' contract on Microsoft's PowerShell, over NTLM and WinRM: a run that goes on", () => {
  describeLongRun(engineHost);
});
