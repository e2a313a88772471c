import { afterEach, describe, jest } from '@jest/globals';

import { describeOperationsContract } from '../contract/operations/operations.contract.js';
import { readWindowsUrl } from './connection.js';
import { realHost } from './real-host.js';

jest.setTimeout(900_000);

const url = process.env['WINCH_TEST_WINDOWS_URL'];

describe("the operations' contract on a real Windows machine", () => {
  if (url === undefined)
    throw new Error('WINCH_TEST_WINDOWS_URL is not set: see docs/developing/real-windows.md');
  const session = readWindowsUrl(url);
  // Some tests ask for a restart in a minute or more: it is called off right after each.
  afterEach(() => realHost(session).close());

  describeOperationsContract(() => Promise.resolve(realHost(session)));
});
