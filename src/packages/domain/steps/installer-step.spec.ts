import { anInstaller } from '../../../../test/harness/builders/package.js';
import { parsePackageFile } from '../package-file.js';

const parsed = (path: string, fields: object = {}) =>
  parsePackageFile({ name: 'x', steps: [anInstaller('Install', path, { ...fields })] });

const faultsOf = (path: string, fields: object = {}) => {
  const result = parsed(path, fields);
  return result.ok ? [] : result.faults.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('an installer step', () => {
  it.each([
    [
      'C:\\a.msi',
      { properties: { A: '1', 'B.C_2': '' }, transforms: ['C:\\a.mst', ':b'], patches: ['C:\\c.msp'] },
      [],
    ],
    ['C:\\a.msp', { properties: { A: '1' } }, []],
    ['C:\\a.exe', { waitForChildren: true }, []],
    ['C:\\a.msi', { properties: { A: 1 } }, ['/steps/0/properties/A wrong-type']],
    ['C:\\a.msi', { properties: { installDir: 'x' } }, ['/steps/0/properties/installDir bad-property-name']],
    ['C:\\a.msi', { properties: { A: 'x\ny' } }, ['/steps/0/properties/A bad-text']],
    ['C:\\a.msi', { properties: { A: '{Nope}' } }, ['/steps/0/properties/A unknown-token']],
    ['C:\\a.msi', { transforms: ['a.mst'] }, ['/steps/0/transforms/0 path-not-absolute']],
    ['C:\\a.msi', { patches: ['C:\\a;b.msp'] }, ['/steps/0/patches/0 bad-path']],
    ['C:\\a.msp', { transforms: ['C:\\a.mst'] }, ['/steps/0/transforms not-for-this-installer']],
    ['C:\\a.exe', { properties: { A: '1' } }, ['/steps/0/properties not-for-this-installer']],
    ['C:\\a.msu', { patches: ['C:\\c.msp'] }, ['/steps/0/patches not-for-this-installer']],
  ])('%s with %j has the faults %j', (path, fields, expected) => {
    expect(faultsOf(path, fields)).toEqual(expected);
  });

  it('of an update counts what wusa.exe says of one that is there already as success', () => {
    const result = parsed('C:\\kb1.MSU');

    expect(result.ok && result.package.steps[0]).toMatchObject({
      successCodes: [0, 1641, 3010, 2359301, 2359302],
      softRebootCodes: [3010, 2359301],
    });
  });

  it('of an update keeps the codes that its author names', () => {
    const result = parsed('C:\\kb1.msu', { successCodes: [0] });

    expect(result.ok && result.package.steps[0]).toMatchObject({ successCodes: [0] });
  });
});
