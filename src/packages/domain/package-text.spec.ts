import { randomPackage, seeded } from '../../../test/harness/builders/random-package.js';
import { aCommand, aPackage, anInstaller } from '../../../test/harness/builders/package.js';
import { formatPackage, parsePackageText, type PackageFormat } from './package-text.js';

function faultsOf(text: string, format: PackageFormat = 'yaml'): string[] {
  const result = parsePackageText(text, format);
  return result.ok ? [] : result.faults.map(({ pointer, code, detail }) => `${pointer} ${code}: ${detail}`);
}

const YAML = `
name: 7-Zip 24.09
finalAction: { action: reboot, message: Software was updated, when: if-required }
parameters: [{ name: EDITION, default: full, enum: [full, lite] }]
steps:
  - name: Install
    type: installer
    path: '{PackageShare}\\Installers\\7z2409-x64.msi'
    parameters: /norestart EDITION={EDITION}
    onSuccess: { step: Tidy up }
  - name: Tidy up
    type: command
    command: |
      del /q "%PUBLIC%\\Desktop\\7-Zip*.lnk"
      exit 0
`;

describe('parsePackageText', () => {
  it('reads YAML as API.md shows it', () => {
    const result = parsePackageText(YAML, 'yaml');

    expect(result.ok && result.package.steps.map((step) => [step.name, step.onSuccess])).toEqual([
      ['Install', { step: 'Tidy up' }],
      ['Tidy up', 'next'],
    ]);
    expect(result.ok && result.package.steps[1]).toMatchObject({
      command: 'del /q "%PUBLIC%\\Desktop\\7-Zip*.lnk"\nexit 0\n',
    });
  });

  it('reads JSON, with a byte order mark too', () => {
    const result = parsePackageText(
      '\uFEFF{"name":"P","steps":[{"name":"A","type":"command","command":"x"}]}',
      'json',
    );

    expect(result.ok && result.package.name).toBe('P');
  });

  it('takes an alias', () => {
    const text =
      'name: P\nsteps:\n - {name: A, type: command, command: x, successCodes: &c [0, 5]}\n - {name: B, type: command, command: x, successCodes: *c}\n';

    const result = parsePackageText(text, 'yaml');

    expect(result.ok && result.package.steps[1]?.successCodes).toEqual([0, 5]);
  });

  it.each<[string, string, RegExp]>([
    ['a broken flow', 'name: [a', /^ syntax-error: This is not YAML: .* at line 1, column 9$/],
    ['a tab as indentation', 'steps:\n\t- a', /^ syntax-error: This is not YAML: .* at line 2, column 1$/],
    [
      'a key that stands twice',
      'name: a\nname: b',
      /^ syntax-error: The key "name" stands twice in one mapping$/,
    ],
    ['a list as key', '? [a]\n: b', /^ syntax-error: This is not YAML: /],
    ['a tag', 'name: !!js/function x', /^ syntax-error: This is not YAML: Unresolved tag/],
    ['an alias without anchor', 'name: *x', /^ syntax-error: This YAML cannot be read: Unresolved alias/],
    ['two documents', 'name: a\n---\nname: b', /^ syntax-error: This is not YAML: /],
    [
      '10,000 brackets',
      '['.repeat(10_000),
      /^ syntax-error: This YAML cannot be read: it is nested too deeply$/,
    ],
    ['nothing', '', /^ wrong-type: A package is an object with fields, found null$/],
    ['a text', 'hello', /^ wrong-type: A package is an object with fields, found the text "hello"$/],
    ['more than 300,000 characters', 'x'.repeat(300_001), /^ text-too-long: /],
  ])('refuses %s', (_what, text, expected) => {
    expect(faultsOf(text)[0]).toMatch(expected);
  });

  it('refuses an alias bomb without unfolding it', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const below = Array.from({ length: 9 }, () => `*a${level - 1}`).join(',');
      return `a${level}: &a${level} [${level === 0 ? 'x' : below}]`;
    });

    expect(faultsOf(levels.join('\n'))).toEqual([
      ' syntax-error: This YAML cannot be read: Excessive alias count indicates a resource exhaustion attack',
    ]);
    expect(faultsOf(`a: &a x\nb: [${'*a,'.repeat(101)}]`)).toEqual([
      ' syntax-error: A package has at most 100 aliases (*name), this one has 101',
    ]);
  });

  it('refuses broken JSON', () => {
    expect(faultsOf('{"name": }', 'json')).toEqual([
      ' syntax-error: This is not JSON: Unexpected token \'}\', "{"name": }" is not valid JSON',
    ]);
    expect(faultsOf('['.repeat(100_000), 'json')[0]).toMatch(/^ syntax-error: This is not JSON: /);
    expect(faultsOf('x'.repeat(2_000_001), 'json')[0]).toMatch(/^ text-too-long: /);
  });
});

describe('formatPackage', () => {
  it('writes YAML for people', () => {
    const pkg = aPackage('7-Zip')
      .withParameter('EDITION', { default: 'full', enum: ['full', 'lite'] })
      .withStep(
        anInstaller('Install', '{PackageShare}\\7z.msi', { parameters: 'E={EDITION}', timeoutSeconds: 900 }),
      )
      .withStep(aCommand('Tidy', 'echo 1\necho 2', { onFailure: { step: 'Install' } }))
      .build();

    expect(formatPackage(pkg, 'yaml')).toBe(`name: 7-Zip
description: ""
maxDurationSeconds: 3600
runMode: system
finalAction:
  action: none
  waitSeconds: 300
  message: ""
  when: always
rescan: false
parameters:
  - name: EDITION
    default: full
    secret: false
    enum:
      - full
      - lite
steps:
  - name: Install
    enabled: true
    successCodes: [ 0, 1641, 3010 ]
    softRebootCodes: [ 3010 ]
    hardRebootCodes: [ 1641 ]
    retryCodes: [ 1618 ]
    timeoutSeconds: 900
    outputEncoding: auto
    onSuccess: next
    onFailure: stop-failure
    type: installer
    path: "{PackageShare}\\\\7z.msi"
    parameters: E={EDITION}
    properties: {}
    transforms: []
    patches: []
    waitForChildren: false
  - name: Tidy
    enabled: true
    successCodes: [ 0, 1641, 3010 ]
    softRebootCodes: [ 3010 ]
    hardRebootCodes: [ 1641 ]
    retryCodes: [ 1618 ]
    outputEncoding: auto
    onSuccess: next
    onFailure:
      step: Install
    type: command
    command: |-
      echo 1
      echo 2
`);
  });

  it.each<PackageFormat>(['yaml', 'json'])('loses nothing on its way through %s', (format) => {
    const random = seeded(20_261_124);

    for (let round = 0; round < 200; round += 1) {
      const pkg = randomPackage(random);

      const result = parsePackageText(formatPackage(pkg, format), format);

      expect(result.ok ? result.package : result.faults).toEqual(pkg);
    }
  });
});
