import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const LINTER = resolve(__dirname, '../scripts/lint-powershell.mjs');

/** What the linter prints for a folder, and its exit code. */
function lint(folder?: string): { readonly output: string; readonly exitCode: number } {
  try {
    const output = execFileSync(process.execPath, folder === undefined ? [LINTER] : [LINTER, folder], {
      encoding: 'utf8',
    });
    return { output, exitCode: 0 };
  } catch (error) {
    const failure = error as { stdout: string; status: number };
    return { output: failure.stdout, exitCode: failure.status };
  }
}

/** One mistake per file: the line of the file, and what the linter must say about it, with its place. */
const MISTAKES: ReadonlyArray<readonly [mistake: string, source: string, finding: RegExp]> = [
  ['an unknown command', 'function F { Get-Uptimes }', /:1:14 Unknown command Get-Uptimes/],
  ['a command that came after 5.1', 'function F { Test-Json -Json "{}" }', /:1:14 Unknown command Test-Json/],
  [
    'an unknown parameter',
    'function F { ConvertFrom-Json -InputObject "{}" -AsHashtable }',
    /no parameter -AsHashtable in 5\.1/,
  ],
  ['a shortened parameter', 'function F { Get-Process -Nam x }', /no parameter -Nam /],
  ['an alias', 'function F { gci C:\\ }', /:1:14 gci is an alias: write Get-ChildItem/],
  ['the alias ?', 'function F { Get-Process | ? { $_ } }', /\? is an alias: write Where-Object/],
  [
    'an unknown type',
    'function F { [Text.Json.JsonDocument]::Parse("{}") }',
    /Unknown type \[Text\.Json\.JsonDocument\]/,
  ],
  ['an unknown type in New-Object', 'function F { New-Object Text.Jsonn }', /Unknown type \[Text\.Jsonn\]/],
  [
    'a static method that came later',
    'function F { [Convert]::ToHexString($args[0]) }',
    /no static method ToHexString/,
  ],
  ['an overload that came later', 'function F { [IO.File]::Move("a", "b", $true) }', /Move with 3 arguments/],
  [
    'a method that came later',
    'function F($p) { $p.Kill($true) }',
    /no type .* has a method Kill with 1 arguments/i,
  ],
  [
    'a missing value of an enumeration',
    "function F { [IO.FileShare]'ReadWrite, Deleted' }",
    /no value Deleted/,
  ],
  ['&&', 'function F { Get-Date && Get-Date }', /:1:23 && came after 5\.1/],
  ['||', 'function F { Get-Date || Get-Date }', /\|\| came after 5\.1/],
  ['??', 'function F($a) { $b = $a ?? 1; $b }', /:1:\d+ Not valid in Windows PowerShell 5\.1/],
  ['a ternary', 'function F($a) { $b = $a ? 1 : 2; $b }', /:1:\d+ Not valid in Windows PowerShell 5\.1/],
  ['?.', 'function F($a) { ${a}?.Length }', /:1:\d+ /],
  ['a missing bracket', 'function F { if ($true) { 1 }', /:\d+:\d+ /],
  ['Add-Type', 'function F { Add-Type -TypeDefinition "" }', /Add-Type compiles/],
  ['Invoke-Expression', 'function F { Invoke-Expression "1" }', /Invoke-Expression runs text/],
  ['its alias', 'function F { iex "1" }', /Invoke-Expression runs text/],
  [
    '-EncodedCommand',
    'function F { return "powershell.exe -EncodedCommand AA" }',
    /-EncodedCommand is what malware uses/,
  ],
  ['reflection', 'function F { [Reflection.Assembly]::Load("x") }', /is reflection/],
  ['a character that is not ASCII', 'function F { return "caf\u00e9" }', /:1:\d+ Not ASCII/],
  [
    'an entry point without strict mode',
    "$ErrorActionPreference = 'Stop'",
    /begins with Set-StrictMode -Version 2/,
  ],
  [
    'an entry point that goes on after errors',
    'Set-StrictMode -Version 2',
    /begins with \$ErrorActionPreference/,
  ],
  [
    'too many arguments for a function of ours',
    'function Use-One($a) { $a }\nfunction G { Use-One 1 2 }',
    /:2:14 Use-One takes 1 arguments, here are 2/,
  ],
  [
    'an unknown parameter of a function of ours',
    'function Use-Two($a) { $a }\nfunction G { Use-Two -Bee 2 }',
    /no parameter -Bee/,
  ],
];

describe('lint:powershell', () => {
  let folder: string;
  let findings: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'winch-lint-'));
    for (const [index, [, source]] of MISTAKES.entries())
      writeFileSync(join(folder, `m${index}.ps1`), `${source}\n`);
    findings = lint(folder).output.split('\n');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(MISTAKES.map(([mistake, , finding], index) => [mistake, finding, index] as const))(
    'finds %s',
    (_, finding, index) => {
      const own = findings.filter((line) => line.includes(`m${index}.ps1:`));

      expect(own.join('\n')).toMatch(finding);
    },
  );

  it('ends with an error code when it finds something', () => {
    expect(lint(folder).exitCode).toBe(1);
  });

  it('finds nothing in the files of src/target', () => {
    expect(lint()).toEqual({
      output: expect.stringMatching(/^\d+ PowerShell files, 0 problems\n$/),
      exitCode: 0,
    });
  });

  it('does not pass when there is nothing to check', () => {
    const empty = mkdtempSync(join(tmpdir(), 'winch-lint-empty-'));

    expect(lint(empty).exitCode).toBe(2);

    rmSync(empty, { recursive: true });
  });
});
