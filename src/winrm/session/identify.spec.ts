import { Namespace } from '../soap/namespaces.js';
import { answers, ScriptedHost } from '../testing/scripted-host.js';
import { optionsFor, rejectionOf, testDeadline } from '../testing/session-builders.js';
import { identify } from './identify.js';

const IDENTITY =
  `<wsmid:IdentifyResponse xmlns:wsmid="${Namespace.identity}"><wsmid:ProtocolVersion>1</wsmid:ProtocolVersion>` +
  '<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>' +
  '<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 2.0</wsmid:ProductVersion></wsmid:IdentifyResponse>';

describe('identify', () => {
  it('asks a host what it is, without credentials', async () => {
    await using host = await ScriptedHost.start();
    host.on('Identify', answers.soap(IDENTITY));

    const identity = await identify(optionsFor(host), testDeadline());

    expect(identity).toEqual({
      protocolVersion: '1',
      productVendor: 'Microsoft Corporation',
      productVersion: 'OS: 0.0.0 SP: 0.0 Stack: 2.0',
    });
    expect(host.authorizations).toEqual([]);
  });

  it.each([
    ['another web server', answers.status(404), { code: 'http-status', status: 404 }],
    ['another SOAP service', answers.soap('<x/>'), { code: 'malformed-response' }],
    ['a fault', answers.fault(2150858752, 'InternalError'), { code: 'fault', faultCode: 2150858752 }],
  ])('tells %s from WinRM', async (_name, answer, expected) => {
    await using host = await ScriptedHost.start();
    host.on('Identify', answer);

    expect(await rejectionOf(identify(optionsFor(host), testDeadline()))).toMatchObject({
      phase: 'identify',
      ...expected,
    });
  });
});
