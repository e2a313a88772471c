import { importLansweeper } from './import-lansweeper.js';

/** Not a real export: made from the words of the product's pages, since no sample is known. */
const SAMPLE = `<?xml version="1.0" encoding="utf-8"?>
<PACKAGE xmlns:x="urn:x" Version="2">
  <Name>Acro reader</Name>
  <Description><![CDATA[Reader & updater]]></Description>
  <MaxDuration>60</MaxDuration>
  <RescanAssets>True</RescanAssets>
  <Steps>
    <Step>
      <StepName>Install</StepName><Type>Installer</Type><StepOrder>2</StepOrder>
      <FilePath>"{PackageShare}\\Installers\\Acro reader\\AcroRead.msi"</FilePath>
      <Parameters>/norestart</Parameters>
      <ReturnCodes>0, 1641,3010</ReturnCodes>
      <OnSuccess>Stop (Success)</OnSuccess><OnFailure>say so</OnFailure>
    </Step>
    <Step>
      <StepName>Close</StepName><Type>KillProcess</Type><StepOrder>1</StepOrder>
      <Process>AcroRd32.exe</Process><Force>1</Force><KillChildProcesses>true</KillChildProcesses>
      <OnSuccess>Next step</OnSuccess><OnFailure>Next Step</OnFailure>
    </Step>
    <Step Name="Say so" Type="Command" Order="3" Command="echo {AssetName}" Colour="red"/>
  </Steps>
</PACKAGE>`;

const packageOf = (xml: string) => {
  const result = importLansweeper(xml);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result;
};

describe('importLansweeper', () => {
  it('takes over what it knows, in the order that the steps name', () => {
    const { package: pkg } = packageOf(SAMPLE);

    expect(pkg).toMatchObject({ name: 'Acro reader', description: 'Reader & updater', rescan: true });
    expect(pkg.steps).toMatchObject([
      {
        name: 'Close',
        type: 'kill-process',
        process: ['AcroRd32.exe'],
        force: true,
        children: true,
        onFailure: 'next',
      },
      {
        name: 'Install',
        type: 'installer',
        path: '{PackageShare}\\Installers\\Acro reader\\AcroRead.msi',
        parameters: '/norestart',
        onSuccess: 'stop-success',
        onFailure: { step: 'Say so' },
      },
      { name: 'Say so', type: 'command', command: 'echo {AssetName}' },
    ]);
  });

  it('lists every element and attribute that it did not understand', () => {
    expect(packageOf(SAMPLE).notUnderstood.map(({ path }) => path)).toEqual([
      '/PACKAGE/@xmlns:x',
      '/PACKAGE/@Version',
      '/PACKAGE/MaxDuration',
      '/PACKAGE/Steps/Step[3]/@Colour',
    ]);
  });

  it.each([
    ['a type that it does not know', '<Type>Condition</Type><Criteria><File>x</File></Criteria>'],
    ['a path that is not whole', '<Type>Installer</Type><Path>setup.msi</Path>'],
    ['a token that Winch does not have', '<Type>Command</Type><Command>echo {actionpath}</Command>'],
    ['nothing at all', ''],
  ])('keeps the place of a step with %s, disabled, and says why', (_what, inner) => {
    const xml = `<Package><Step><Name>One</Name>${inner}<OnFailure>Stop (Success)</OnFailure></Step></Package>`;

    const { package: pkg, notUnderstood } = packageOf(xml);

    expect(pkg.steps).toMatchObject([
      { name: 'One', type: 'command', enabled: false, onFailure: 'stop-success' },
    ]);
    expect(notUnderstood).toContainEqual({
      path: '/Package/Step',
      detail: expect.stringMatching(/type is not one|cannot be taken over/),
    });
  });

  it('notes a jump to no step and takes the default', () => {
    const step =
      '<Step><Name>A</Name><Type>Command</Type><Command>ver</Command><OnSuccess>7</OnSuccess></Step>';

    const { package: pkg, notUnderstood } = packageOf(
      `<a><package><steps>${step}${step}</steps></package></a>`,
    );

    expect(pkg.steps.map(({ name, onSuccess }) => [name, onSuccess])).toEqual([
      ['A', 'next'],
      ['A (2)', 'next'],
    ]);
    expect(notUnderstood.map(({ path }) => path)).toEqual([
      '/a/package/steps/Step',
      '/a/package/steps/Step[2]',
    ]);
  });

  it.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a/>', 'DOCTYPE'],
    ['an entity', '<a>&b;</a>', 'entity'],
    ['a torn end', '<a><b></a>', 'cannot be read'],
    ['nothing', '', 'cannot be read'],
    ['a million and one characters', `<a>${'x'.repeat(1_000_000)}</a>`, 'longer than'],
    ['40 levels', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`, 'deeper than'],
    ['30,000 elements', `<a>${'<b/>'.repeat(30_000)}</a>`, 'more than 20000'],
  ])('refuses %s', (_what, xml, detail) => {
    const result = importLansweeper(xml);

    expect(result.ok || result.faults).toEqual([
      { code: 'syntax-error', pointer: '', detail: expect.stringContaining(detail) },
    ]);
  });

  it('refuses a document without steps', () => {
    const result = importLansweeper('<Package><Name>Empty</Name></Package>');

    expect(result.ok || result.faults.map(({ code }) => code)).toEqual(['no-steps']);
  });

  it('lists at most 200 things', () => {
    const xml = `<Package><Step Type="Command" Command="ver"/>${'<foo/>'.repeat(500)}</Package>`;

    const { notUnderstood } = packageOf(xml);

    expect(notUnderstood).toHaveLength(201);
    expect(notUnderstood.at(-1)?.detail).toBe('300 more are not listed');
  });
});
