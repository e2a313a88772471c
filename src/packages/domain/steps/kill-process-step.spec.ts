import { aKillProcess, aPackage } from '../../../../test/harness/builders/package.js';
import { compilePlan } from '../compile-plan.js';
import { parsePackageFile } from '../package-file.js';

const ASSET = { name: 'PC-0042', dnsName: null, domain: null };

const faultsOf = (process: unknown, fields = {}) => {
  const result = parsePackageFile({
    name: 'x',
    steps: [{ ...aKillProcess('Close', 'a.exe'), process, ...fields }],
  });
  return result.ok ? [] : result.faults.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('a kill-process step', () => {
  it('becomes a launch with image names, .exe added where it is left out', () => {
    const step = aKillProcess('Close', ['7zFM', 'note*', 'a.b', '{AssetName}'], {
      force: false,
      children: true,
    });

    const compilation = compilePlan(aPackage().withStep(step).buildRevision(), ASSET, {
      targetRunId: 'r',
      packageShare: undefined,
      parameters: {},
    });

    expect(compilation.ok && compilation.plan.steps[0]).toMatchObject({
      type: 'kill-process',
      launch: {
        form: 'kill-process',
        images: ['7zFM.exe', 'note*', 'a.b', 'PC-0042.exe'],
        pids: [],
        force: false,
        children: true,
        graceSeconds: 10,
        notRunning: 'success',
      },
    });
  });

  it.each([
    [[], {}, ['/steps/0/process missing-field']],
    [[], { pid: 1234 }, []],
    ['7zFM.exe', {}, []],
    [['a.exe', 'b*'], { graceSeconds: 0, notRunning: 'failure' }, []],
    [7, {}, ['/steps/0/process wrong-type']],
    [['a.exe', 7], {}, ['/steps/0/process/1 wrong-type']],
    ['', {}, ['/steps/0/process empty-text']],
    ['a\nb', {}, ['/steps/0/process bad-text']],
    ['C:\\a.exe', {}, ['/steps/0/process/0 bad-process-name']],
    ['a?.exe', {}, ['/steps/0/process/0 bad-process-name']],
    ['a.exe', { pid: 4 }, ['/steps/0/pid system-process']],
    ['a.exe', { pid: -1 }, ['/steps/0/pid out-of-range']],
    ['a.exe', { graceSeconds: 3601 }, ['/steps/0/graceSeconds out-of-range']],
    ['a.exe', { notRunning: 'next' }, ['/steps/0/notRunning unknown-value']],
  ])('with process %j and %j has the faults %j', (process, fields, expected) => {
    expect(faultsOf(process, fields)).toEqual(expected);
  });

  it.each([
    'csrss',
    'CSRSS.EXE',
    'wininit.exe',
    'lsass.exe',
    'winlogon.exe',
    'services.exe',
    'smss.exe',
    'System',
    'svchost.exe',
    '*',
    's*',
    '*.exe',
    'w*init*',
    'l*s?ss'.replace('?', 'a'),
  ])('that would end one of Windows’ own processes is refused: %s', (process) => {
    expect(faultsOf(['ok.exe', process])).toEqual(['/steps/0/process/1 system-process']);
  });

  it('is refused for an asset when a parameter’s value brings in what it may not end', () => {
    const revision = aPackage()
      .withParameter('APP', { default: 'calc.exe' })
      .withStep(aKillProcess('Close', '{APP}'))
      .buildRevision();
    const compile = (APP: string) =>
      compilePlan(revision, ASSET, { targetRunId: 'r', packageShare: undefined, parameters: { APP } });

    const refused = compile('lsa*');

    expect(compile('note*').ok).toBe(true);
    expect(refused.ok || refused.faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/steps/0/process/0', 'system-process'],
    ]);
  });

  it('without force gets a warning', () => {
    const result = parsePackageFile({ name: 'x', steps: [aKillProcess('Close', 'a.exe', { force: false })] });

    expect(result.warnings.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/steps/0/force', 'kill-without-force'],
    ]);
  });
});
