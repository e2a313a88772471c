import { describe, expect, it } from '@jest/globals';

import { readWindowsUrl } from './connection.js';

describe('WINCH_TEST_WINDOWS_URL', () => {
  it('names user, password, host and port, with special characters escaped', () => {
    const { host, port, transport, username, password } = readWindowsUrl(
      'https://DOM%5Cann:p%40ss@pc-1:5999',
    );

    expect({ host, port, transport, username }).toEqual({
      host: 'pc-1',
      port: 5999,
      transport: 'https',
      username: 'DOM\\ann',
    });
    expect(password.reveal()).toBe('p@ss');
  });

  it.each([
    ['https://u:p@pc-1', 5986],
    ['http://u:p@pc-1', 5985],
  ])('%s goes to port %d', (url, port) => {
    expect(readWindowsUrl(url).port).toBe(port);
  });

  it.each(['ssh://u:p@pc-1', 'https://pc-1'])('%s is refused', (url) => {
    expect(() => readWindowsUrl(url)).toThrow('WINCH_TEST_WINDOWS_URL');
  });
});
