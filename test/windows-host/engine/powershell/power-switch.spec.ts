import { describe, expect, it } from '@jest/globals';

import { readShutdownRequest } from './power-switch.js';

describe('a command line of shutdown.exe', () => {
  it.each([
    ['"C:\\Windows\\system32\\shutdown.exe" /r /t 90 /c "Winch"', { kind: 'reboot', waitSeconds: 90 }],
    ['shutdown /s /t 0', { kind: 'shutdown', waitSeconds: 0 }],
    ['shutdown.exe -g', { kind: 'reboot', waitSeconds: 30 }],
    ['shutdown /a', { kind: 'abort', waitSeconds: 0 }],
    ['C:\\setup\\shutdown-helper.exe /r', undefined],
  ])('%s', (commandLine, request) => {
    expect(readShutdownRequest(commandLine)).toEqual(request);
  });
});
