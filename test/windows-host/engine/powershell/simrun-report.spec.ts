import { describe, expect, it } from '@jest/globals';

import { parseSimrunReport } from './simrun-report.js';

describe('a report of simrun', () => {
  it('tells of a start, with the instant of a FILETIME', () => {
    const report = parseSimrunReport('start\t388\t380\t133801890150000000\tC:\\a b\\x.exe /y\t"z"');

    expect(report).toEqual({
      kind: 'start',
      pid: 388,
      parentPid: 380,
      startedAt: '2025-01-01T07:10:15.000Z',
      commandLine: 'C:\\a b\\x.exe /y\t"z"',
    });
  });

  it('tells of an end with all 32 bits of the code', () => {
    expect(parseSimrunReport('exit\t388\t4294967295')).toEqual({
      kind: 'exit',
      pid: 388,
      exitCode: 4294967295,
    });
  });

  it('tells why a program could not be started', () => {
    expect(parseSimrunReport('fail\t2')).toEqual({ kind: 'fail', error: 2 });
  });

  it('is refused when it is none', () => {
    expect(() => parseSimrunReport('hello')).toThrow('hello');
  });
});
