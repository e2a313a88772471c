import { describe, expect, it } from '@jest/globals';

import { readTaskXml } from './read-task-xml.js';

const task = (inner: string): string =>
  `<?xml version="1.0" encoding="UTF-16"?>\n<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">${inner}</Task>`;
const exec = '<Actions><Exec><Command>C:\\x.exe</Command></Exec></Actions>';

describe('the XML of a task', () => {
  it('gives what the scheduler obeys', () => {
    const xml = task(
      '<Principals><Principal id="Runner"><UserId>S-1-5-18</UserId></Principal></Principals>' +
        '<Settings><ExecutionTimeLimit>PT90S</ExecutionTimeLimit></Settings>' +
        '<Actions><Exec><Command>C:\\a b\\x.exe</Command><Arguments>-c &quot;1 &amp; 2&quot;</Arguments>' +
        '<WorkingDirectory>C:\\run</WorkingDirectory></Exec></Actions>',
    );

    expect(readTaskXml(xml)).toEqual({
      commandLine: '"C:\\a b\\x.exe" -c "1 & 2"',
      workingDirectory: 'C:\\run',
      principal: 'S-1-5-18',
      executionTimeLimitSeconds: 90,
    });
  });

  it('allows three days where it sets no limit, as Task Scheduler does', () => {
    expect(readTaskXml(task(exec)).executionTimeLimitSeconds).toBe(259_200);
  });

  it('adds up days, hours, minutes and seconds', () => {
    const limit = '<Settings><ExecutionTimeLimit>P1DT2H3M4S</ExecutionTimeLimit></Settings>';

    expect(readTaskXml(task(limit + exec)).executionTimeLimitSeconds).toBe(93_784);
  });

  it.each([
    ['no action', task('')],
    ['broken XML', '<Task><Actions>'],
    ['a strange duration', task(`<Settings><ExecutionTimeLimit>soon</ExecutionTimeLimit></Settings>${exec}`)],
  ])('is malformed with %s', (_what, xml) => {
    expect(() => readTaskXml(xml)).toThrow(expect.objectContaining({ hresult: 0x8004131a }));
  });
});
