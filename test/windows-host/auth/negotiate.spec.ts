import { authenticateMessage, NEGOTIATE, type ClientSecurity } from '../testing/ntlm-client.js';
import { Accounts } from './accounts.js';
import { der } from './der.js';
import { NegotiateExchange, type NegotiateResult } from './negotiate.js';
import { decodeSpnego } from './spnego.js';

const ACCOUNT = { user: 'Administrator', password: 'Correct-1' };
const NTLM_OID = Buffer.from('060a2b06010401823702020a', 'hex');
const KERBEROS_OID = Buffer.from('06092a864886f712010202', 'hex');
const SPNEGO_OID = Buffer.from('06062b0601050502', 'hex');

function anExchange(): NegotiateExchange {
  return new NegotiateExchange({
    computerName: 'PC-0001',
    accounts: new Accounts('PC-0001', [ACCOUNT]),
    cbtHardeningLevel: 'Relaxed',
    channelBinding: null,
    filetime: () => 134201569171535872n,
  });
}

const mechTypesOf = (...oids: readonly Buffer[]) => der(0x30, ...oids);

function initToken(mechTypes: Buffer, mechToken: Buffer): Buffer {
  const init = der(0x30, der(0xa0, mechTypes), der(0xa2, der(0x04, mechToken)));
  return der(0x60, SPNEGO_OID, der(0xa0, init));
}

function responseToken(token: Buffer, mic?: Buffer): Buffer {
  const fields = [der(0xa2, der(0x04, token))];
  if (mic !== undefined) fields.push(der(0xa3, der(0x04, mic)));
  return der(0xa1, der(0x30, ...fields));
}

function tokenOf(result: NegotiateResult): Buffer {
  if (result.kind === 'refused' || result.token === null)
    throw new Error(`No token: ${JSON.stringify(result)}`);
  return result.token;
}

/** The client's side up to its AUTHENTICATE. */
function authenticated(
  exchange: NegotiateExchange,
  mechTypes: Buffer,
  withMic = true,
): { message: Buffer; security: ClientSecurity } {
  const challenge = decodeSpnego(tokenOf(exchange.next(initToken(mechTypes, NEGOTIATE))))?.mechToken;
  return authenticateMessage(challenge ?? Buffer.alloc(0), { ...ACCOUNT, withMic });
}

describe('NegotiateExchange', () => {
  it('accepts NTLM inside SPNEGO and answers the mechListMIC with its own', () => {
    const exchange = anExchange();
    const mechTypes = mechTypesOf(NTLM_OID);
    const { message, security } = authenticated(exchange, mechTypes);

    const result = exchange.next(responseToken(message, security.sign(mechTypes)));

    const serverMic = decodeSpnego(tokenOf(result))?.mechListMic;
    expect(result.kind).toBe('accepted');
    expect(serverMic).toEqual(security.expected(mechTypes));
  });

  it('starts the key streams anew after the mechListMICs, but not the counters', () => {
    const exchange = anExchange();
    const mechTypes = mechTypesOf(NTLM_OID);
    const { message, security } = authenticated(exchange, mechTypes);
    const result = exchange.next(responseToken(message, security.sign(mechTypes)));
    security.restartStreams();
    const { signature, ciphertext } = security.seal(Buffer.from('first'));

    const opened = result.kind === 'accepted' ? result.security.unseal(signature, ciphertext) : null;

    expect(opened?.toString()).toBe('first');
    expect(signature.readUInt32LE(12)).toBe(1);
  });

  it.each([
    ['missing although NTLM carries a MIC', undefined],
    ['wrong', Buffer.alloc(16)],
  ])('refuses a mechListMIC that is %s', (_, mic) => {
    const exchange = anExchange();
    const { message } = authenticated(exchange, mechTypesOf(NTLM_OID));

    expect(exchange.next(responseToken(message, mic))).toEqual({
      kind: 'refused',
      reason: 'wrong-mech-list-mic',
    });
  });

  it('needs no mechListMIC when NTLM carries no MIC', () => {
    const exchange = anExchange();
    const { message } = authenticated(exchange, mechTypesOf(NTLM_OID), false);

    expect(exchange.next(responseToken(message)).kind).toBe('accepted');
  });

  it('passes over the token of a mechanism that it does not have', () => {
    const exchange = anExchange();
    const first = exchange.next(initToken(mechTypesOf(KERBEROS_OID, NTLM_OID), Buffer.from('krb')));

    const second = exchange.next(responseToken(NEGOTIATE));

    expect(decodeSpnego(tokenOf(first))?.mechToken).toBeNull();
    expect(decodeSpnego(tokenOf(second))?.mechToken?.subarray(0, 7).toString()).toBe('NTLMSSP');
  });

  it('refuses a client that does not offer NTLM', () => {
    const token = initToken(mechTypesOf(KERBEROS_OID), Buffer.from('krb'));

    expect(anExchange().next(token)).toEqual({ kind: 'refused', reason: 'ntlm-not-offered' });
  });
});
