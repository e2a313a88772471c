import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageName, SYSTEM_PROCESSES, systemProcessMatching } from './system-processes.js';

describe('the processes that no package may end', () => {
  it('are the ones that the runner refuses as well', () => {
    const script = readFileSync(join(__dirname, '../../target/runner/kill-process.ps1'), 'latin1');
    const list = /\$names = ((?:'[^']+',?\s*)+)/.exec(script)?.[1] ?? '';

    expect([...list.matchAll(/'([^']+)'/g)].map((match) => match[1])).toEqual([...SYSTEM_PROCESSES]);
  });

  it.each([
    ['notepad', 'notepad.exe'],
    ['notepad.exe', 'notepad.exe'],
    ['note*', 'note*'],
    ['system', 'system'],
    ['secure system', 'secure system'],
    ['my tool', 'my tool.exe'],
  ])('%s means the image %s', (written, image) => {
    expect(imageName(written)).toBe(image);
  });

  it('are found by patterns', () => {
    expect(['ls*s.exe', 'r*', 'notepad.exe', 'sys*em.exe'].map(systemProcessMatching)).toEqual([
      'lsass.exe',
      'Registry',
      undefined,
      undefined,
    ]);
  });
});
