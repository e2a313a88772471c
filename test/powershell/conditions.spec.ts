import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { aCondition, readingsOf } from '../contract/operations/conditions.contract.js';
import { aLine, aPlan, aProgram } from '../contract/operations/plans.js';
import { RunUnderTest } from '../contract/operations/run-under-test.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(600_000);

const TARGET = join(import.meta.dirname, '../../src/target');
const casesText = readFileSync(join(import.meta.dirname, '../contract/comparison-cases.json'), 'utf8');

interface ComparisonCase {
  readonly case: string;
  readonly truth: boolean | null;
}
const cases = JSON.parse(casesText) as ComparisonCase[];

/** Executes every case by the runner's own functions and prints one word for each. */
const SCRIPT = `
Set-StrictMode -Version 2
$text = [IO.File]::ReadAllText('C:\\cases.json', [Text.Encoding]::UTF8)
foreach ($case in (ConvertFrom-Json -InputObject $text)) {
    $found = foreach ($value in $case.found) { Get-ExpectedText $value }
    $truth = Compare-Found $case ([string[]]@($found))
    if ($null -eq $truth) { 'null' } else { ([string]$truth).ToLowerInvariant() }
}
`;

describe('conditions on the real engine', () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await engineHost();
  });
  afterAll(() => host.close());

  const runOf = (...steps: Parameters<typeof aPlan>[0]) =>
    new RunUnderTest(host, aPlan(steps)).start().finished();

  it('compare as TypeScript does, case by case', async () => {
    const functions = ['common/json.ps1', 'runner/compare-text.ps1', 'runner/compare.ps1'].map((name) =>
      readFileSync(join(TARGET, name), 'latin1'),
    );
    host.backend.drive.write('C:\\cases.json', Buffer.from(casesText));
    host.backend.drive.write('C:\\cases.ps1', Buffer.from([...functions, SCRIPT].join('\n')));

    const launch = aProgram('powershell.exe', '-NoProfile -ExecutionPolicy Bypass -File C:\\cases.ps1');
    const log = await runOf(aLine('', { launch }));

    const words = log.output('stdout').trim().split(/\r?\n/);
    const told = cases.map(({ case: name }, index) => `${name}: ${words[index]}`);
    expect(told).toEqual(cases.map(({ case: name, truth }) => `${name}: ${truth}`));
  });

  it('end a pattern that takes too long, and say so', async () => {
    host.backend.patchModel({ registry: { 'HKLM\\SOFTWARE\\Winch Test': { Text: `${'a'.repeat(60)}!` } } });
    const slow = {
      registry: { key: 'HKLM\\SOFTWARE\\Winch Test', value: 'Text', data: { matches: '^(a|aa)+$' } },
    };

    const log = await runOf(aCondition({ not: slow }));

    expect(readingsOf(log)).toEqual([
      { criterion: 0, found: [], met: false, problem: 'The pattern took longer than half a second' },
    ]);
    expect(log.event('step.finished')).toMatchObject({ returnCode: 1 });
  });

  it('read values of the registry by their types', async () => {
    const key = 'HKLM\\SOFTWARE\\Winch Types';
    const add = (name: string, type: string, data: string) =>
      aLine(`reg add "${key}" /v ${name} /t ${type} /d "${data}" /f`);
    const value = (name: string, asked: object) => ({ registry: { key, value: name, ...asked } });

    const log = await runOf(
      ...[
        add('Text', 'REG_SZ', '24.09'),
        add('Expand', 'REG_EXPAND_SZ', '^%SystemRoot^%\\x'),
        add('Number', 'REG_DWORD', '4294967295'),
        add('List', 'REG_MULTI_SZ', 'one\\0two'),
        add('Bytes', 'REG_BINARY', '00ff10'),
      ].map((step, index) => ({ ...step, index, onSuccess: index + 1 })),
      aCondition(
        {
          any: [
            value('Text', {
              type: { equals: 'string' },
              data: { equals: '24.09' },
              version: { equals: '24.9' },
            }),
            value('Expand', { type: { equals: 'expand-string' } }),
            value('Number', { type: { equals: 'dword' }, data: { equals: 4294967295 } }),
            value('List', { data: { equals: 'TWO' } }),
            value('Bytes', { data: { startsWith: '00ff' } }),
            value('Missing', { exists: false }),
            { registry: { key: `${key}\\Sub`, exists: false } },
            { registry: { key: `HKEY_LOCAL_MACHINE\\SOFTWARE\\Winch Types` } },
          ],
        },
        { index: 5 },
      ),
    );

    expect(readingsOf(log).map(({ found, met }) => [found.join('|'), met])).toEqual([
      ['string', true],
      ['24.09', true],
      ['24.09', true],
      ['expand-string', true],
      ['dword', true],
      ['4294967295', true],
      ['one|two', true],
      ['00FF10', true],
      ['', true],
      ['', true],
      ['HKEY_LOCAL_MACHINE\\SOFTWARE\\Winch Types', true],
    ]);
  });

  it('read versions from resources, instants of change, and installed products', async () => {
    const system = 'C:\\Windows\\System32\\kernel32.dll';
    const install = aLine('', {
      type: 'installer',
      launch: {
        ...aProgram('msiexec.exe', '/i "C:\\sim\\winch-demo.msi" /qn /norestart'),
        file: 'C:\\sim\\winch-demo.msi',
      },
      onSuccess: 1,
    });
    const code = '{00000001-1111-4222-8333-444444444444}';

    const log = await runOf(
      install,
      aCondition(
        {
          all: [
            {
              file: {
                path: system,
                version: { greaterOrEqual: '5.2.0.4' },
                modifiedAt: { greaterThan: '2001-01-01T00:00:00Z' },
              },
            },
            { file: { path: 'C:\\Windows\\System32' } },
            { product: { code, version: { equals: '1.2.3.0' }, publisher: { equals: 'winch' } } },
            { product: { name: 'winch d*', version: { lessThan: '2' } } },
          ],
        },
        { index: 1 },
      ),
    );

    expect(readingsOf(log).filter(({ met }) => !met)).toEqual([]);
    expect(log.stepEnd(1)).toMatchObject({ returnCode: 0, verdict: 'success' });
  });
});
