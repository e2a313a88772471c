import { Secret } from '../../shared/secret.js';
import {
  aCommand,
  anInstaller,
  aPackage,
  aScript,
  type PackageBuilder,
  shareAt,
} from '../../../test/harness/builders/package.js';
import { compilePlan, type CompileOptions, type PlanCompilation } from './compile-plan.js';
import { resolveParameters } from './parameters.js';
import { executionPlanSchema, type ExecutionPlan } from './execution-plan.js';

const ASSET = { name: 'PC-0042', dnsName: 'pc-0042.corp.example', domain: 'CORP' };

const NO_SHARE = { targetRunId: 'run-1', packageShare: undefined, parameters: {} };

function compile(
  builder: PackageBuilder,
  options: Partial<CompileOptions> = {},
  asset = ASSET,
): PlanCompilation {
  const all = {
    targetRunId: 'run-1',
    packageShare: shareAt('\\\\srv\\Packages$'),
    parameters: {},
    ...options,
  };
  return compilePlan(builder.buildRevision(3), asset, all);
}

function planOf(compilation: PlanCompilation): ExecutionPlan {
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.faults));
  return executionPlanSchema.parse(compilation.plan);
}

function faultsOf(compilation: PlanCompilation): string[] {
  return compilation.ok ? [] : compilation.faults.map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('compilePlan', () => {
  it('compiles every option of a package with its defaults', () => {
    const plan = planOf(compile(aPackage('7-Zip').withStep(aCommand('Tidy', 'echo 1'))));

    expect(plan).toEqual({
      planVersion: 1,
      targetRunId: 'run-1',
      package: { name: '7-Zip', revision: 3 },
      runMode: 'system',
      maxDurationSeconds: 3600,
      finalAction: { action: 'none', waitSeconds: 300, message: '', when: 'always' },
      share: null,
      secretNames: [],
      outputLimitBytes: 10485760,
      retryBackoff: { initialSeconds: 30, maxSeconds: 300 },
      start: 0,
      steps: [
        {
          index: 0,
          name: 'Tidy',
          type: 'command',
          enabled: true,
          launch: { form: 'line', commandLine: 'echo 1' },
          detect: null,
          successCodes: [0, 1641, 3010],
          softRebootCodes: [3010],
          hardRebootCodes: [1641],
          retryCodes: [1618],
          timeoutSeconds: null,
          outputEncoding: 'auto',
          onSuccess: 'stop-success',
          onFailure: 'stop-failure',
        },
      ],
    });
  });

  it('takes the output limit and the back-off from the options', () => {
    const options = { outputLimitBytes: 2048, retryBackoff: { initialSeconds: 1, maxSeconds: 4 } };

    const plan = planOf(compile(aPackage().withStep(aCommand('A')), options));

    expect(plan.outputLimitBytes).toBe(2048);
    expect(plan.retryBackoff).toEqual({ initialSeconds: 1, maxSeconds: 4 });
  });

  it.each([
    ['reboot', 0, 30],
    ['shutdown', 29, 30],
    ['reboot', 31, 31],
    ['log-off', 0, 0],
    ['none', 5, 5],
  ])('lets %s with a wait of %i s wait %i s', (action, waitSeconds, expected) => {
    const plan = planOf(
      compile(aPackage().withStep(aCommand('A')).with({ finalAction: { action, waitSeconds } })),
    );

    expect(plan.finalAction.waitSeconds).toBe(expected);
  });

  it('passes over disabled steps at the start, after a step and at a named step', () => {
    const off = { enabled: false };
    const builder = aPackage()
      .withStep(aCommand('Zero', 'echo 0', off))
      .withStep(aCommand('One', 'echo 1', { onFailure: { step: 'TWO' } }))
      .withStep(aCommand('Two', 'echo 2', off))
      .withStep(aCommand('Three', 'echo 3', { onFailure: { step: 'last' } }))
      .withStep(aCommand('Last', 'echo 4', off));

    const plan = planOf(compile(builder));

    expect(plan.start).toBe(1);
    expect(plan.steps.map(({ onSuccess, onFailure }) => [onSuccess, onFailure])).toEqual([
      [1, 'stop-failure'],
      [3, 3],
      [3, 'stop-failure'],
      ['stop-success', 'stop-success'],
      ['stop-success', 'stop-failure'],
    ]);
    expect(plan.steps.map((step) => step.enabled)).toEqual([false, true, false, true, false]);
  });

  it('starts at stop-success when every step is disabled', () => {
    expect(planOf(compile(aPackage().withStep(aCommand('A', 'echo', { enabled: false })))).start).toBe(
      'stop-success',
    );
  });

  it('puts the share, the asset and the parameters into every text field', () => {
    const builder = aPackage()
      .withParameter('EDITION', { default: 'lite', enum: ['full', 'lite'] })
      .withStep(aCommand('A', 'echo {AssetName} {DnsName} {Domain} {edition} {{AssetName} %TEMP% {0}'))
      .withStep(anInstaller('B', '{PackageShare}\\7z {EDITION}.msi', { parameters: 'LEVEL={EDITION}' }))
      .withStep(aScript('C', '{packageshare}\\a.ps1', { arguments: '-Edition {EDITION} -For {AssetName}' }));

    const plan = planOf(compile(builder, { parameters: { EDITION: 'full' } }));

    expect(plan.steps.map((step) => step.launch)).toEqual([
      { form: 'line', commandLine: 'echo PC-0042 pc-0042.corp.example CORP full {AssetName} %TEMP% {0}' },
      {
        form: 'program',
        program: 'msiexec.exe',
        arguments: '/i "\\\\srv\\Packages$\\7z full.msi" /qn /norestart LEVEL=full',
        file: '\\\\srv\\Packages$\\7z full.msi',
        waitForChildren: false,
      },
      {
        form: 'program',
        program: 'powershell.exe',
        arguments:
          '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "\\\\srv\\Packages$\\a.ps1" -Edition full -For PC-0042',
        file: '\\\\srv\\Packages$\\a.ps1',
        waitForChildren: false,
      },
    ]);
  });

  it('does not replace a token that a value brings in', () => {
    const builder = aPackage()
      .withParameter('TEXT', { default: '{AssetName}' })
      .withStep(aCommand('A', 'echo {TEXT}'));

    expect(planOf(compile(builder)).steps[0]?.launch).toEqual({
      form: 'line',
      commandLine: 'echo {AssetName}',
    });
  });

  it('does not double the backslash of a share that ends in one', () => {
    const builder = aPackage().withStep(aCommand('A', 'dir {PackageShare}\\x'));

    const plan = planOf(compile(builder, { packageShare: shareAt('\\\\srv\\p\\') }));

    expect(plan.steps[0]?.launch).toEqual({ form: 'line', commandLine: 'dir \\\\srv\\p\\x' });
  });

  it('keeps secrets out of the plan and hands them over by environment variable', () => {
    const builder = aPackage()
      .withParameter('TOKEN', { secret: true })
      .withParameter('LICENSE_KEY', { secret: true })
      .withStep(aCommand('A', 'register.exe'));
    const parameters = { TOKEN: new Secret('pl4nted-1'), license_key: 'pl4nted-2' };

    const compilation = compile(builder, { parameters });

    expect(planOf(compilation).secretNames).toEqual(['WINCH_TOKEN', 'WINCH_LICENSE_KEY']);
    expect(JSON.stringify(compilation)).not.toContain('pl4nted');
    if (!compilation.ok) throw new Error('unreachable');
    expect([...compilation.secrets].map(([name, secret]) => [name, secret.reveal()])).toEqual([
      ['WINCH_TOKEN', 'pl4nted-1'],
      ['WINCH_LICENSE_KEY', 'pl4nted-2'],
    ]);
  });

  it('takes values that were resolved for all assets before', () => {
    const builder = aPackage()
      .withParameter('VERSION', { pattern: '[0-9.]+' })
      .withParameter('TOKEN', { secret: true })
      .withStep(aCommand('A', 'echo {VERSION}'));
    const resolution = resolveParameters(builder.build().parameters, { VERSION: '24.09', TOKEN: 'x' });
    if (!resolution.ok) throw new Error('unreachable');

    const plan = planOf(compile(builder, { parameters: resolution.parameters }));

    expect(plan.steps[0]?.launch).toEqual({ form: 'line', commandLine: 'echo 24.09' });
    expect(plan.secretNames).toEqual(['WINCH_TOKEN']);
  });

  it('compiles a disabled step without what it would need', () => {
    const off = { enabled: false };
    const builder = aPackage()
      .withStep(anInstaller('A', undefined, off))
      .withStep(aCommand('B', 'echo {Domain}', off));

    const plan = planOf(
      compilePlan(builder.buildRevision(), { name: 'PC', dnsName: null, domain: null }, NO_SHARE),
    );

    expect(plan.steps.map((step) => step.launch)).toEqual([
      { form: 'line', commandLine: 'rem This step is disabled' },
      { form: 'line', commandLine: 'rem This step is disabled' },
    ]);
  });

  it.each<[string, PackageBuilder, Partial<CompileOptions>, string[]]>([
    [
      'a share that is no path',
      aPackage().withStep(anInstaller('A')),
      { packageShare: shareAt('srv') },
      ['/steps/0/path package-share-invalid', '/steps/0/path path-not-absolute'],
    ],
    [
      'a share with a command in it',
      aPackage().withStep(anInstaller('A')),
      { packageShare: shareAt('\\\\srv\\a&b') },
      ['/steps/0/path package-share-invalid'],
    ],
    [
      'a value that breaks a path',
      aPackage()
        .withParameter('FILE', { pattern: '.*' })
        .withStep(anInstaller('A', '{PackageShare}\\{FILE}.msi')),
      { parameters: { FILE: 'a" /x "b' } },
      ['/steps/0/path bad-path'],
    ],
    [
      'a value that makes a path relative',
      aPackage().withParameter('ROOT').withStep(aScript('A', '{ROOT}\\a.ps1')),
      { parameters: { ROOT: '..' } },
      ['/steps/0/path path-not-absolute'],
    ],
    [
      'a value that names another kind of script',
      aPackage().withParameter('FILE').withStep(aScript('A', 'C:\\{FILE}')),
      { parameters: { FILE: 'a.exe' } },
      ['/steps/0/path unsupported-script'],
    ],
    [
      'a path that only looks as if it ended in a token',
      aPackage().withStep(anInstaller('A', 'C:\\a{{MSI}')),
      {},
      ['/steps/0/path unsupported-installer'],
    ],
    [
      'values that make a text too long',
      aPackage().withParameter('X').withStep(aCommand('A', '{X}{X}{X}{X}{X}{X}{X}{X}{X}')),
      { parameters: { X: 'x'.repeat(900) } },
      ['/steps/0/command text-too-long'],
    ],
    [
      'a batch file whose whole command line is too long',
      aPackage().withStep(aScript('A', 'C:\\a.cmd', { arguments: 'x'.repeat(7990) })),
      {},
      ['/steps/0/arguments text-too-long'],
    ],
  ])('refuses %s', (_what, builder, options, expected) => {
    expect(faultsOf(compile(builder, options))).toEqual(expected);
  });

  it('answers every fault at once', () => {
    const builder = aPackage()
      .withParameter('EDITION')
      .withParameter('FILE', { pattern: '.*' })
      .withStep(anInstaller('A'))
      .withStep(anInstaller('B', '{FILE}'))
      .withStep(aCommand('C', 'echo {DnsName} {AssetName}'));
    const asset = { name: 'PC&calc', dnsName: null, domain: null };
    const options = { packageShare: undefined, parameters: { FILE: 'x.zip', OTHER: '1' } };

    const compilation = compilePlan(builder.buildRevision(), asset, { targetRunId: 'run-1', ...options });

    expect(faultsOf(compilation)).toEqual([
      '/parameters/OTHER unknown-parameter',
      '/parameters/EDITION parameter-missing',
      '/steps/0/path package-share-missing',
      '/steps/1/path path-not-absolute',
      '/steps/1/path unsupported-installer',
      '/steps/2/command asset-value-missing',
      '/steps/2/command asset-value-refused',
    ]);
  });
});
