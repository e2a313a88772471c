import { matchesNamePattern } from './name-pattern.js';

describe('matchesNamePattern', () => {
  it.each([
    ['7zFM.exe', '7zfm.EXE', true],
    ['7zFM.exe', '7z*', true],
    ['7zFM.exe', '*.exe', true],
    ['7zFM.exe', '7*f*.e*e', true],
    ['7zFM.exe', '*', true],
    ['7zFM.exe', '7zFM', false],
    ['7zFM.exe', '*fm', false],
    ['aa', 'a*a*a', false],
    ['aaa', 'a*a*a', true],
    ['7-Zip 24.09 (x64)', '7-zip * (x64)', true],
    ['7-Zip', '7.Zip', false],
    ['', '*', true],
  ])('%j against %j is %s', (name, pattern, matches) => {
    expect(matchesNamePattern(name, pattern)).toBe(matches);
  });

  it('is quick for a pattern made to be slow', () => {
    expect(matchesNamePattern('a'.repeat(5000), `${'*a'.repeat(2000)}b`)).toBe(false);
  });
});
