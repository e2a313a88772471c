import { describe, expect, it } from '@jest/globals';
import { parseOperationLine } from './parse-operation-line.js';
import { type ScanProgress, ScanReader } from './scan-reader.js';

const SYSTEM = {
  op: 'scan-system',
  computerName: 'PC-0001',
  os: {
    name: 'Microsoft Windows 11 Pro',
    version: '10.0.22631',
    build: 22631,
    revision: 4460,
    displayVersion: '23H2',
    kind: 'client',
    architecture: 'x64',
  },
  domain: 'CORP',
  isDomainMember: true,
  manufacturer: null,
  model: null,
  memory: null,
  disks: [{ name: 'C:\\', fileSystem: 'NTFS', sizeBytes: 1, freeBytes: 0 }],
  bootId: '2026-11-24T08:00:00.000Z',
  clock: '2026-11-24T10:00:00.000Z',
  powershellVersion: '5.1',
  pendingReboot: [],
  users: [],
};

function row(changes: object = {}): object {
  return {
    key: 'App',
    view: 'x64',
    user: null,
    name: 'App',
    version: '1',
    publisher: '',
    productCode: null,
    uninstallCommand: '',
    installedOn: null,
    ...changes,
  };
}

const software = (...rows: object[]) => ({ op: 'scan-software', rows });
const ended = (rows: number) => ({ op: 'scan-ended', rows, isTruncated: false, durationMs: 1 });

/** Reads lines as a worker does; a line outside the schema counts as broken. */
function read(...lines: object[]): ScanProgress {
  const reader = new ScanReader();
  let progress: ScanProgress = { kind: 'more' };
  for (const line of lines) {
    const parsed = parseOperationLine(JSON.stringify(line));
    if (parsed.kind === 'garbage') return { kind: 'broken', problem: parsed.problem };
    if (parsed.kind !== 'operation' || !parsed.line.op.startsWith('scan-'))
      throw new Error('no line of a scan');
    progress = reader.take(parsed.line as Parameters<ScanReader['take']>[0]);
    if (progress.kind === 'broken') return progress;
  }
  return progress;
}

function namesOf(progress: ScanProgress): string[] {
  return progress.kind === 'complete' ? progress.result.software.map(({ name }) => name) : [];
}

describe('ScanReader', () => {
  it('puts the lines together', () => {
    const progress = read(SYSTEM, software(row()), software(row({ key: 'B', name: 'B' })), ended(2));

    expect(progress).toMatchObject({
      kind: 'complete',
      result: { system: { computerName: 'PC-0001', domain: 'CORP' }, isTruncated: false },
    });
    expect(namesOf(progress)).toEqual(['App', 'B']);
  });

  it('keeps the first of rows that have the same key, view and owner, whatever the case', () => {
    const rows = [row(), row({ key: 'APP', name: 'Double' }), row({ view: 'x86', name: 'Other view' })];

    expect(namesOf(read(SYSTEM, software(...rows), ended(3)))).toEqual(['App', 'Other view']);
  });

  it('cleans texts of control and direction characters, and drops a row without a name left', () => {
    const rows = [row({ name: 'A\u0000b\u001b[31m\u202e gpj\ud800 ' }), row({ key: 'B', name: '\u200f\n' })];

    expect(namesOf(read(SYSTEM, software(...rows), ended(2)))).toEqual(['A b [31m gpj\ufffd']);
  });

  it.each([
    ['the machine twice', [SYSTEM, SYSTEM]],
    ['an end without the machine', [ended(0)]],
    ['fewer rows than announced', [SYSTEM, software(row()), ended(2)]],
    ['more rows than a scan may have', [SYSTEM, ...manyRows(5001)]],
    ['more rows in a line than it may hold', [SYSTEM, software(...Array.from({ length: 51 }, () => row()))]],
    ['an unknown field', [{ ...SYSTEM, extra: 1 }]],
    ['a name that is too long', [SYSTEM, software(row({ name: 'x'.repeat(256) }))]],
    ['a product code that is none', [SYSTEM, software(row({ productCode: '{1} & calc' }))]],
    ['a number beyond those that JSON keeps', [{ ...SYSTEM, memory: { totalBytes: 2 ** 60, freeBytes: 1 } }]],
    ['an instant that is none', [{ ...SYSTEM, bootId: 'yesterday' }]],
    ['a hundred and one users', [{ ...SYSTEM, users: Array(101).fill('x') }]],
  ])('does not believe %s', (_, lines) => {
    expect(read(...lines)).toEqual({ kind: 'broken', problem: expect.stringMatching(/./) });
  });

  it('passes over an install date that no calendar has', () => {
    const progress = read(SYSTEM, software(row({ installedOn: '2026-02-29' })), ended(1));

    expect(progress).toMatchObject({ kind: 'complete', result: { software: [{ installedOn: null }] } });
  });
});

function manyRows(count: number): object[] {
  const lines = Math.ceil(count / 50);
  return Array.from({ length: lines }, (_, line) =>
    software(...Array.from({ length: 50 }, (__, i) => row({ key: `${line}-${i}` }))),
  );
}
