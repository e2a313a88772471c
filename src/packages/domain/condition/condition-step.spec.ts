import { parsePackageFile } from '../package-file.js';

const condition = (fields: object) => ({ name: 'P', steps: [{ name: 'A', type: 'condition', ...fields }] });

function faultsOf(input: unknown): string[] {
  const result = parsePackageFile(input);
  return result.ok ? [] : result.faults.map(({ pointer, code }) => `${pointer} ${code}`);
}

const nested = (depth: number): object =>
  depth === 0 ? { rebootPending: true } : { all: [nested(depth - 1)] };

describe('a condition in the package file', () => {
  it('takes every subject', () => {
    const all = [
      { file: { path: 'C:\\a.exe', version: { greaterOrEqual: '24.9' }, sizeBytes: { lessThan: 10 } } },
      { file: { path: '%ProgramFiles%\\a.exe', modifiedAt: { greaterThan: '2026-11-24T18:00:00+01:00' } } },
      { registry: { key: 'HKLM\\SOFTWARE\\7-Zip', value: 'Path', view: 64, data: { startsWith: 'C:\\' } } },
      { registry: { key: 'HKCU\\Software\\X', value: '', data: { equals: 1 }, type: { equals: 'dword' } } },
      {
        os: {
          name: { contains: 'Windows 11' },
          build: { greaterOrEqual: 22000 },
          kind: { equals: 'client' },
        },
      },
      { architecture: { equals: 'x64' } },
      { product: { code: '{23170F69-40C1-2702-2409-000001000000}', version: { lessThan: '25' } } },
      { product: { name: '7-Zip*', publisher: { notEquals: 'x' } } },
      { process: { name: '7zFM', running: false } },
      { service: { name: 'Spooler', state: { equals: 'running' }, startType: { notEquals: 'disabled' } } },
      { rebootPending: false },
      { disk: { drive: 'C:', freeBytes: { greaterThan: 1_000_000_000 } } },
      { memory: { freeBytes: { greaterThan: 1_000_000_000 } } },
      { loggedOnUser: { exists: false } },
      { powershell: { greaterOrEqual: '5.1' } },
    ];

    expect(faultsOf(condition({ all }))).toEqual([]);
  });

  it('answers every fault at once, each at its place', () => {
    const all = [
      { file: { path: 'a.exe', version: { greaterOrEqual: 'new' } } },
      { registry: { key: 'SOFTWARE\\X', view: 16, data: { equals: true } } },
      { any: [{ os: {} }, { architecture: { equals: 'x65' } }] },
      { not: { product: { code: '{1}', name: 'x' } } },
      { disk: { drive: 'C', freeBytes: { greaterThan: -1 } }, rebootPending: true },
      { file: { path: 'C:\\a', modifiedAt: { lessThan: 'yesterday' } } },
      { folder: 'C:\\' },
      { loggedOnUser: {} },
    ];

    expect(faultsOf(condition({ all }))).toEqual([
      '/steps/0/all/1/registry/key bad-registry-key',
      '/steps/0/all/1/registry/view unknown-value',
      '/steps/0/all/1/registry/data/equals wrong-type',
      '/steps/0/all/2/any/0/os empty-comparison',
      '/steps/0/all/2/any/1/architecture/equals unknown-value',
      '/steps/0/all/3/not/product/code bad-product-code',
      '/steps/0/all/3/not/product bad-criterion',
      '/steps/0/all/4/disk/drive bad-path',
      '/steps/0/all/4/disk/freeBytes/greaterThan out-of-range',
      '/steps/0/all/4 bad-criterion',
      '/steps/0/all/5/file/modifiedAt/lessThan bad-instant',
      '/steps/0/all/6/folder unknown-field',
      '/steps/0/all/6 bad-criterion',
      '/steps/0/all/7/loggedOnUser empty-comparison',
    ]);
  });

  it.each<[string, object, string[]]>([
    [
      'two subjects in one criterion',
      { all: [{ rebootPending: true, architecture: { equals: 'x64' } }] },
      ['/steps/0/all/0 bad-criterion'],
    ],
    [
      'two groups',
      { all: [{ rebootPending: true }], not: { rebootPending: true } },
      ['/steps/0 bad-criterion'],
    ],
    [
      'a path that is not absolute',
      { all: [{ file: { path: 'a.exe' } }] },
      ['/steps/0/all/0/file/path path-not-absolute'],
    ],
    [
      'a version that is none',
      { all: [{ powershell: { lessThan: 'five' } }] },
      ['/steps/0/all/0/powershell/lessThan bad-version'],
    ],
    [
      'a version that is a number',
      { all: [{ powershell: { lessThan: 5.1 } }] },
      ['/steps/0/all/0/powershell/lessThan wrong-type'],
    ],
    [
      'an unknown token',
      { not: { service: { name: '{Nope}' } } },
      ['/steps/0/not/service/name unknown-token'],
    ],
    [
      'a slow pattern',
      { all: [{ loggedOnUser: { matches: '^(a+)+$' } }] },
      ['/steps/0/all/0/loggedOnUser/matches pattern-too-slow'],
    ],
    ['groups nine deep', nested(9), ['/steps/0 condition-too-large']],
    [
      '101 criteria',
      { all: Array.from({ length: 101 }, () => ({ rebootPending: true })) },
      ['/steps/0 condition-too-large'],
    ],
  ])('refuses %s', (_what, fields, expected) => {
    expect(faultsOf(condition(fields))).toEqual(expected);
  });

  it('takes groups eight deep', () => {
    expect(faultsOf(condition(nested(8)))).toEqual([]);
  });

  it('survives groups that are nested 100,000 times', () => {
    let deep: object = { rebootPending: true };
    for (let depth = 0; depth < 100_000; depth++) deep = { not: deep };

    expect(faultsOf(condition({ all: [deep] }))).toEqual(['/steps/0 condition-too-large']);
  });

  it.each(['(?<=a)b', '(?<n>a)', '(a)\\1', '\\p{L}', '\\x41', '[a[b]', '[]', '[^]', '日本', '(', 'a**'])(
    'refuses the pattern %s, which JavaScript and .NET do not share',
    (matches) => {
      expect(faultsOf(condition({ all: [{ loggedOnUser: { matches } }] }))).toEqual([
        '/steps/0/all/0/loggedOnUser/matches bad-pattern',
      ]);
    },
  );

  it('finds faults in what an installer detects', () => {
    const detect = { all: [{ file: { path: 'x', version: { lessThan: 'y' } } }] };
    const input = { name: 'P', steps: [{ name: 'A', type: 'installer', path: 'C:\\a.msi', detect }] };

    expect(faultsOf(input)).toEqual([
      '/steps/0/detect/all/0/file/path path-not-absolute',
      '/steps/0/detect/all/0/file/version/lessThan bad-version',
    ]);
  });
});
