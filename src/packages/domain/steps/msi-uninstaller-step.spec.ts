import { anUninstaller, aPackage } from '../../../../test/harness/builders/package.js';
import { compilePlan } from '../compile-plan.js';
import { parsePackageFile } from '../package-file.js';

const CODE = '{23170F69-40C1-2702-2409-000001000000}';

const planStepOf = (fields: object) => {
  const revision = aPackage()
    .withStep(anUninstaller('Remove', { ...fields }))
    .buildRevision();
  const compilation = compilePlan(
    revision,
    { name: 'PC', dnsName: null, domain: null },
    { targetRunId: 'r', packageShare: undefined, parameters: {} },
  );
  return compilation.ok ? compilation.plan.steps[0] : undefined;
};

const faultsOf = (fields: object) => {
  const result = parsePackageFile({ name: 'x', steps: [anUninstaller('Remove', { ...fields })] });
  return result.ok ? [] : result.faults.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('an msi-uninstaller step', () => {
  it('names its products by code, each once and written one way', () => {
    const bare = CODE.slice(1, -1).toLowerCase();

    expect(planStepOf({ productCodes: [bare, CODE] })).toMatchObject({
      successCodes: [0, 1605, 1641, 3010],
      launch: {
        form: 'msi-uninstall',
        productCodes: [CODE],
        productName: null,
        options: '/qn /norestart',
        log: true,
      },
    });
  });

  it('takes a name, options of the author’s and a log of the author’s instead of ours', () => {
    expect(
      planStepOf({ productName: '7-Zip * {AssetName}', parameters: '/passive /l*v C:\\x.log' }),
    ).toMatchObject({
      launch: { productName: '7-Zip * PC', options: '/norestart /passive /l*v C:\\x.log', log: false },
    });
  });

  it.each([
    [{}, ['/steps/0/productCodes missing-field']],
    [{ productCodes: ['{1234}'] }, ['/steps/0/productCodes/0 bad-product-code']],
    [{ productCodes: [CODE], productName: '7-Zip' }, ['/steps/0/productName codes-and-name']],
    [{ productName: '*' }, ['/steps/0/productName bad-product-name']],
    [{ productName: 'a *b' }, ['/steps/0/productName bad-product-name']],
    [{ productName: '7-Zip', successCodes: [] }, ['/steps/0/successCodes empty-list']],
    [{ productName: '7-Zip', successCodes: [0] }, []],
  ])('with %j has the faults %j', (fields, expected) => {
    expect(faultsOf(fields)).toEqual(expected);
  });
});
