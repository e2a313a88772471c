import { describe } from '@jest/globals';

import { describeMsiUninstall } from '../../contract/operations/msi-uninstall.contract.js';
import { describeOperationsContract } from '../../contract/operations/operations.contract.js';
import { standInOperationsHost } from './testing/contract-host.js';

describe('the operations of the stand-in', () => {
  describeOperationsContract(standInOperationsHost);
  describe('msi-uninstaller', () => {
    describeMsiUninstall(standInOperationsHost);
  });
});
