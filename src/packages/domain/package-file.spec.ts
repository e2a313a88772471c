import { aCommand, anInstaller, aPackage, aScript } from '../../../test/harness/builders/package.js';
import { parsePackageFile } from './package-file.js';

/** `pointer code` of every fault, in order. */
function faultsOf(input: unknown): string[] {
  const result = parsePackageFile(input);
  return result.ok ? [] : result.faults.map(({ pointer, code }) => `${pointer} ${code}`);
}

function detailOf(input: unknown): string {
  const result = parsePackageFile(input);
  return result.ok ? '' : (result.faults[0]?.detail ?? '');
}

const minimal = { name: 'P', steps: [aCommand('A')] };
const withStep = (fields: object) => ({ ...minimal, steps: [aCommand('A', 'echo', { ...fields })] });
const withParameter = (...parameters: object[]) => ({ ...minimal, parameters });

describe('parsePackageFile', () => {
  it('fills in every default', () => {
    const result = parsePackageFile({ name: ' P ', steps: [anInstaller('A'), aScript('B')] });

    expect(result).toEqual({
      ok: true,
      warnings: [],
      package: {
        name: 'P',
        description: '',
        maxDurationSeconds: 3600,
        runMode: 'system',
        finalAction: { action: 'none', waitSeconds: 300, message: '', when: 'always' },
        rescan: false,
        parameters: [],
        steps: [
          {
            name: 'A',
            type: 'installer',
            path: '{PackageShare}\\Installers\\setup.msi',
            parameters: '',
            properties: {},
            transforms: [],
            patches: [],
            waitForChildren: false,
            detect: null,
            enabled: true,
            successCodes: [0, 1641, 3010],
            softRebootCodes: [3010],
            hardRebootCodes: [1641],
            retryCodes: [1618],
            timeoutSeconds: null,
            outputEncoding: 'auto',
            onSuccess: 'next',
            onFailure: 'stop-failure',
          },
          {
            name: 'B',
            type: 'script',
            path: '{PackageShare}\\Scripts\\task.ps1',
            arguments: '',
            interpreter: null,
            interpreterArguments: '',
            enabled: true,
            successCodes: [0, 1641, 3010],
            softRebootCodes: [3010],
            hardRebootCodes: [1641],
            retryCodes: [1618],
            timeoutSeconds: null,
            outputEncoding: 'auto',
            onSuccess: 'next',
            onFailure: 'stop-failure',
          },
        ],
      },
    });
  });

  it('keeps codes unsigned, each once, and takes the signed spelling', () => {
    const result = parsePackageFile(withStep({ successCodes: [0, -1, 4294967295, -2147483648, 3010, 0] }));

    expect(result.ok && result.package.steps[0]?.successCodes).toEqual([0, 4294967295, 2147483648, 3010]);
  });

  it('accepts what it gives back', () => {
    const first = aPackage()
      .withParameter('EDITION', { default: 'x' })
      .withStep(aCommand('A', 'echo {EDITION}'))
      .build();

    expect(parsePackageFile(JSON.parse(JSON.stringify(first)))).toEqual({
      ok: true,
      package: first,
      warnings: [],
    });
  });

  it.each<[string, unknown, string[]]>([
    ['no object', 'text', [' wrong-type']],
    ['null', null, [' wrong-type']],
    ['a list', [], [' wrong-type']],
    ['nothing at all', {}, ['/name missing-field', '/steps missing-field']],
    ['no steps', { name: 'P', steps: [] }, ['/steps no-steps']],
    ['steps that are no list', { name: 'P', steps: { a: 1 } }, ['/steps wrong-type']],
    ['a step that is no object', { name: 'P', steps: [5] }, ['/steps/0 wrong-type']],
    ['201 steps', { name: 'P', steps: Array.from({ length: 201 }, () => 5) }, ['/steps too-many-steps']],
    ['an empty name', { ...minimal, name: '  ' }, ['/name empty-text']],
    ['a name of 201 characters', { ...minimal, name: 'x'.repeat(201) }, ['/name text-too-long']],
    ['a control character in a name', { ...minimal, name: 'a\u0007b' }, ['/name bad-name']],
    ['half of a surrogate pair in a name', { ...minimal, name: 'a\ud800' }, ['/name bad-name']],
    ['an unknown field', { ...minimal, nmae: 1 }, ['/nmae unknown-field']],
    ['a field with / and ~ in its name', { ...minimal, 'a/b~c': 1 }, ['/a~1b~0c unknown-field']],
    [
      '__proto__',
      JSON.parse('{"name":"P","steps":[],"__proto__":{}}'),
      ['/steps no-steps', '/__proto__ unknown-field'],
    ],
    ['a name that is a number', { ...minimal, name: 7 }, ['/name wrong-type']],
    ['a duration of 0', { ...minimal, maxDurationSeconds: 0 }, ['/maxDurationSeconds out-of-range']],
    [
      'a duration of half a second',
      { ...minimal, maxDurationSeconds: 0.5 },
      ['/maxDurationSeconds wrong-type'],
    ],
    [
      'a duration of 8 days',
      { ...minimal, maxDurationSeconds: 691200 },
      ['/maxDurationSeconds out-of-range'],
    ],
    ['run mode ask', { ...minimal, runMode: 'ask' }, ['/runMode run-mode-not-available']],
    ['run mode logged-on', { ...minimal, runMode: 'logged-on' }, ['/runMode run-mode-not-available']],
    [
      'run mode scanning-credentials',
      { ...minimal, runMode: 'scanning-credentials' },
      ['/runMode run-mode-not-available'],
    ],
    ['run mode root', { ...minimal, runMode: 'root' }, ['/runMode unknown-value']],
    [
      'an unknown final action',
      { ...minimal, finalAction: { action: 'explode' } },
      ['/finalAction/action unknown-value'],
    ],
    [
      'a quotation mark in a message',
      { ...minimal, finalAction: { message: 'a"b' } },
      ['/finalAction/message bad-message'],
    ],
    [
      'a message ending in a backslash',
      { ...minimal, finalAction: { message: 'a\\' } },
      ['/finalAction/message bad-message'],
    ],
  ])('refuses %s', (_what, input, expected) => {
    expect(faultsOf(input)).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    [
      'a condition without criteria',
      { type: 'condition' },
      ['/steps/0/command unknown-field', '/steps/0 bad-criterion'],
    ],
    ['an unknown type', { type: 'reboot' }, ['/steps/0/type unknown-step-type']],
    [
      'an unknown type with another fault',
      { type: 'reboot', enabled: 1 },
      ['/steps/0/type unknown-step-type', '/steps/0/enabled wrong-type'],
    ],
    ['no type', { type: undefined }, ['/steps/0/type missing-field']],
    ['an empty command', { command: ' \n ' }, ['/steps/0/command empty-text']],
    ['a NUL in a command', { command: 'a\0b' }, ['/steps/0/command bad-text']],
    ['a code of 33 bits', { successCodes: [4294967296] }, ['/steps/0/successCodes/0 bad-code']],
    ['a code that is a fraction', { retryCodes: [1.5] }, ['/steps/0/retryCodes/0 bad-code']],
    ['a code below 32 bits', { hardRebootCodes: [0, -2147483649] }, ['/steps/0/hardRebootCodes/1 bad-code']],
    ['a code in quotation marks', { softRebootCodes: ['0'] }, ['/steps/0/softRebootCodes/0 wrong-type']],
    ['no success code', { successCodes: [] }, ['/steps/0/successCodes empty-list']],
    [
      '101 codes',
      { successCodes: Array.from({ length: 101 }, (_, i) => i) },
      ['/steps/0/successCodes too-many-items'],
    ],
    ['a time-out of 0', { timeoutSeconds: 0 }, ['/steps/0/timeoutSeconds out-of-range']],
    ['an unknown jump', { onSuccess: 'stop' }, ['/steps/0/onSuccess bad-jump']],
    ['a jump to a number', { onFailure: { step: 2 } }, ['/steps/0/onFailure bad-jump']],
    ['a jump to no step', { onFailure: { step: 'Z' } }, ['/steps/0/onFailure/step unknown-step']],
    ['an unknown encoding', { outputEncoding: 'latin-1' }, ['/steps/0/outputEncoding unknown-value']],
    ['an unknown token', { command: 'echo {Nope}' }, ['/steps/0/command unknown-token']],
    ['8,001 characters', { command: 'x'.repeat(8001) }, ['/steps/0/command text-too-long']],
    ['a field of another type', { path: 'C:\\x.msi' }, ['/steps/0/path unknown-field']],
  ])('refuses a step with %s', (_what, fields, expected) => {
    expect(faultsOf(withStep(fields))).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    ['an empty path', anInstaller('A', ' '), ['/steps/0/path empty-text']],
    ['a path in quotation marks', anInstaller('A', '"C:\\a b.msi"'), ['/steps/0/path bad-path']],
    ['a wildcard', anInstaller('A', 'C:\\*.msi'), ['/steps/0/path bad-path']],
    ['a relative path', anInstaller('A', 'setup.msi'), ['/steps/0/path path-not-absolute']],
    ['a .zip as installer', anInstaller('A', 'C:\\a.zip'), ['/steps/0/path unsupported-installer']],
    ['a batch file as installer', anInstaller('A', 'C:\\a.bat'), ['/steps/0/path unsupported-installer']],
    [
      'an installer without extension',
      anInstaller('A', 'C:\\a.b\\setup'),
      ['/steps/0/path unsupported-installer'],
    ],
    ['a .py script', aScript('A', 'C:\\a.py'), ['/steps/0/path unsupported-script']],
    [
      'a line break in arguments',
      aScript('A', 'C:\\a.ps1', { arguments: 'a\nb' }),
      ['/steps/0/arguments bad-text'],
    ],
    [
      'an empty interpreter',
      aScript('A', 'C:\\a.py', { interpreter: '' }),
      ['/steps/0/interpreter empty-text'],
    ],
    [
      'a default that makes text too long',
      anInstaller('A', 'C:\\a.msi', { parameters: '{P}'.repeat(9) }),
      ['/steps/0/parameters text-too-long'],
    ],
  ])('refuses %s', (_what, step, expected) => {
    const parameters = [{ name: 'P', default: 'x'.repeat(999) }];

    expect(faultsOf({ name: 'P', parameters, steps: [step] })).toEqual(expected);
  });

  it.each<[string, object[], string[]]>([
    ['a lower-case name', [{ name: 'edition' }], ['/parameters/0/name bad-parameter-name']],
    ['a name that begins with a digit', [{ name: '7ZIP' }], ['/parameters/0/name bad-parameter-name']],
    ['the name of a token', [{ name: 'DOMAIN' }], ['/parameters/0/name reserved-name']],
    ['one name twice', [{ name: 'A' }, { name: 'A' }], ['/parameters/1/name duplicate-name']],
    ['pattern and enum', [{ name: 'A', pattern: 'a', enum: ['a'] }], ['/parameters/0/enum pattern-and-enum']],
    ['a broken pattern', [{ name: 'A', pattern: '(' }], ['/parameters/0/pattern bad-pattern']],
    [
      'a pattern of 201 characters',
      [{ name: 'A', pattern: 'a'.repeat(201) }],
      ['/parameters/0/pattern text-too-long'],
    ],
    [
      'a catastrophic pattern',
      [{ name: 'A', pattern: '(a+)+b' }],
      ['/parameters/0/pattern pattern-too-slow'],
    ],
    ['an empty enum', [{ name: 'A', enum: [] }], ['/parameters/0/enum empty-list']],
    [
      'a default outside the enum',
      [{ name: 'A', enum: ['x'], default: 'y' }],
      ['/parameters/0/default bad-default'],
    ],
    [
      'a default against the pattern',
      [{ name: 'A', pattern: 'x+', default: 'xy' }],
      ['/parameters/0/default bad-default'],
    ],
    [
      'a default that starts a command',
      [{ name: 'A', default: 'a&b' }],
      ['/parameters/0/default bad-default'],
    ],
    ['a default that is a number', [{ name: 'A', default: 5 }], ['/parameters/0/default wrong-type']],
    [
      'a secret with default',
      [{ name: 'A', secret: true, default: 'x' }],
      ['/parameters/0/default secret-with-default'],
    ],
    [
      'a secret with enum',
      [{ name: 'A', secret: true, enum: ['x'] }],
      ['/parameters/0/enum secret-with-enum'],
    ],
  ])('refuses parameters with %s', (_what, parameters, expected) => {
    expect(faultsOf(withParameter(...parameters))).toEqual(expected);
  });

  it('tries no further patterns after one that is too slow', () => {
    const slow = (name: string) => ({ name, pattern: '(a+)+b' });

    expect(faultsOf(withParameter(slow('A'), slow('B'), { name: 'C', pattern: '(' }))).toEqual([
      '/parameters/0/pattern pattern-too-slow',
    ]);
  });

  it('refuses a secret in every text field', () => {
    const script = aScript('S', 'C:\\{TOKEN}.ps1', {
      arguments: '{token}',
      interpreter: 'C:\\{TOKEN}.exe',
      interpreterArguments: '{TOKEN}',
    });
    const steps = [
      aCommand('C', 'echo {TOKEN}'),
      anInstaller('I', 'C:\\a.msi', { parameters: 'K={TOKEN}' }),
      script,
    ];

    expect(faultsOf({ name: 'P', parameters: [{ name: 'TOKEN', secret: true }], steps })).toEqual([
      '/steps/0/command secret-in-text',
      '/steps/1/parameters secret-in-text',
      '/steps/2/path secret-in-text',
      '/steps/2/arguments secret-in-text',
      '/steps/2/interpreter secret-in-text',
      '/steps/2/interpreterArguments secret-in-text',
    ]);
  });

  it('answers all faults at once, also those of steps beside a broken one', () => {
    const input = {
      name: '',
      runMode: 'ask',
      extra: 1,
      parameters: [{ name: 'x' }, { name: 'OK', pattern: '[' }],
      steps: [
        aCommand('One', 'echo {Nope}', { onSuccess: { step: 'two' }, onFailure: { step: 'None' } }),
        { name: 'Two', type: 'condition' },
        aCommand('ONE', 'echo', { timeoutSeconds: 'soon' }),
      ],
    };

    expect(faultsOf(input)).toEqual([
      '/name empty-text',
      '/runMode run-mode-not-available',
      '/extra unknown-field',
      '/parameters/0/name bad-parameter-name',
      '/parameters/1/pattern bad-pattern',
      '/steps/1 bad-criterion',
      '/steps/2/timeoutSeconds wrong-type',
      '/steps/2/name duplicate-name',
      '/steps/0/onFailure/step unknown-step',
      '/steps/0/command unknown-token',
    ]);
  });

  it('stops listing after 200 faults', () => {
    const fields = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, 1]));

    const faults = faultsOf({ ...minimal, ...fields });

    expect(faults).toHaveLength(201);
    expect(faults.at(-1)).toBe(' too-many-faults');
  });

  it('survives a value that is nested 100,000 times, wherever it stands', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(faultsOf(deep)).toEqual([' wrong-type']);
    expect(faultsOf({ ...minimal, name: deep })).toEqual(['/name wrong-type']);
    expect(faultsOf({ ...minimal, extra: deep })).toEqual(['/extra unknown-field']);
    expect(faultsOf(withStep({ onSuccess: deep }))).toEqual(['/steps/0/onSuccess bad-jump']);
  });

  it.each<[unknown, string]>([
    [{ ...minimal, name: 7 }, 'Expected text, found 7; put it in quotation marks'],
    [
      { name: 'P', steps: [{ name: 'A', type: 'condition', all: [], any: [] }] },
      'This list may not be empty',
    ],
    [{ ...minimal, runMode: 'ask' }, 'Run mode ask is not available in this version; use system'],
    [
      withStep({ onSuccess: 'stop' }),
      'Expected next, stop-success, stop-failure or { step: NAME }, found the text "stop"',
    ],
    [
      { name: 'P', steps: [anInstaller('A', 'C:\\a.zip')] },
      'An installer is one of .msi, .msp, .msu or .exe. Extension .zip is not one of them; for a batch file or script use step type script',
    ],
    [
      withStep({ command: 'echo {Nope}' }),
      'There is no token {Nope}; use {PackageShare}, {AssetName}, {DnsName} or {Domain}, or write {{ for a brace',
    ],
  ])('says what was wrong and what to do: %#', (input, expected) => {
    expect(detailOf(input)).toBe(expected);
  });
});
