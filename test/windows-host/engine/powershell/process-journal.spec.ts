import { describe, expect, it } from '@jest/globals';

import { ProcessJournal } from './process-journal.js';

const START = { kind: 'start', parentPid: 4, startedAt: '2026-01-02T03:04:05.000Z' } as const;

describe('the journal of processes', () => {
  it('shows a process as long as it lives, and its end afterwards', () => {
    const journal = new ProcessJournal();

    journal.take({ ...START, pid: 8, commandLine: '"C:\\a b\\setup.exe" /q' }, 'SYSTEM');
    const living = journal.living.map(({ pid, name, account }) => ({ pid, name, account }));
    journal.take({ kind: 'exit', pid: 8, exitCode: 3010 }, 'SYSTEM');

    expect(living).toEqual([{ pid: 8, name: 'setup.exe', account: 'SYSTEM' }]);
    expect(journal.living).toEqual([]);
    expect(journal.started).toMatchObject([{ pid: 8, exitCode: 3010, endedAt: expect.any(String) }]);
  });

  it('adds the extension that a command line may leave out', () => {
    const journal = new ProcessJournal();

    journal.take({ ...START, pid: 8, commandLine: 'ping -n 5 127.0.0.1' }, 'SYSTEM');

    expect(journal.living[0]?.name).toBe('ping.exe');
  });

  it('leaves out what belongs to Wine alone', () => {
    const journal = new ProcessJournal();

    journal.take(
      { ...START, pid: 8, commandLine: '\\??\\C:\\windows\\system32\\conhost.exe --server 4' },
      'SYSTEM',
    );
    journal.take({ ...START, pid: 12, commandLine: '"C:\\x\\powershell.exe" --console-helper' }, 'SYSTEM');
    journal.take(
      { ...START, pid: 16, commandLine: '"C:\\windows\\system32\\explorer.exe" /desktop' },
      'SYSTEM',
    );

    expect(journal.started).toEqual([]);
  });
});
