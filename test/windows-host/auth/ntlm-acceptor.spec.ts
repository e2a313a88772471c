import { ntlmVectors } from '../../conformance/ntlm-vectors.js';
import { describeRecorded } from '../../conformance/winrm-recordings.js';
import { authenticateMessage, NEGOTIATE } from '../testing/ntlm-client.js';
import { Accounts } from './accounts.js';
import { NtlmAcceptor, type NtlmResult, type NtlmSettings } from './ntlm-acceptor.js';
import { exportedSessionKey, ntowfV2, ntProof, sealKey, signKey } from './ntlm-keys.js';
import { SealMismatch, type NtlmSecurity } from './ntlm-security.js';

const ACCOUNT = { user: 'Administrator', password: 'Correct-1' };

function anAcceptor(settings: Partial<NtlmSettings> = {}): NtlmAcceptor {
  return new NtlmAcceptor({
    computerName: 'PC-0001',
    accounts: new Accounts('PC-0001', [ACCOUNT]),
    cbtHardeningLevel: 'Relaxed',
    channelBinding: null,
    filetime: () => 134201569171535872n,
    ...settings,
  });
}

function outcome(result: NtlmResult): string {
  return result.kind === 'accepted' ? 'accepted' : result.reason;
}

/** What seals after an accepted logon. Throws, with the reason, when it was refused. */
function securityOf(result: NtlmResult): NtlmSecurity {
  if (result.kind !== 'accepted') throw new Error(`Refused: ${result.reason}`);
  return result.security;
}

describeRecorded('NTLM acceptor against MS-NLMP 4.2.4', 'vectors/kat.json', () => {
  const v = () => ntlmVectors().ms_nlmp_4_2;

  it('derives the keys of the specification', () => {
    const {
      user,
      domain,
      password,
      serverChallenge,
      temp,
      encryptedRandomSessionKey,
      keys_v2_128_keyexch: keys,
    } = v();
    const flags = 0xe2888235;
    const responseKey = ntowfV2(user, domain, password);
    const exported = exportedSessionKey(v().sessionBaseKey, flags, encryptedRandomSessionKey);

    expect(responseKey).toEqual(v().ntowfv2);
    expect(ntProof(responseKey, serverChallenge, temp)).toEqual(v().ntProofStr);
    expect(exported).toEqual(v().randomSessionKey);
    expect(signKey(exported, 'client-to-server')).toEqual(keys.clientSign);
    expect(signKey(exported, 'server-to-client')).toEqual(keys.serverSign);
    expect(sealKey(exported, 'client-to-server', flags)).toEqual(keys.clientSeal);
    expect(sealKey(exported, 'server-to-client', flags)).toEqual(keys.serverSeal);
  });

  it('accepts its AUTHENTICATE message and opens its sealed message', () => {
    const accounts = new Accounts('Server', [{ user: v().user, password: v().password }]);
    const acceptor = anAcceptor({ accounts, serverChallenge: () => v().serverChallenge });
    acceptor.challenge(NEGOTIATE);

    const result = acceptor.accept(v().authenticateMessage);

    expect(securityOf(result).unseal(v().signature, v().sealed)).toEqual(v().sealPlaintext);
  });
});

describeRecorded('NTLM acceptor against a recorded logon to Windows', 'vectors/kat.json', () => {
  const v = () => ntlmVectors().winrm_rs_real_windows_challenge;

  function recordedAcceptor(): NtlmAcceptor {
    return anAcceptor({
      computerName: 'WIN-TTSTANUQ08S',
      accounts: new Accounts('WIN-TTSTANUQ08S', [{ user: v().user, password: v().password }]),
      serverChallenge: () => v().challenge.subarray(24, 32),
    });
  }

  it('builds the CHALLENGE that Windows built, byte for byte', () => {
    expect(recordedAcceptor().challenge(v().negotiate)).toEqual(v().challenge);
  });

  it('accepts the AUTHENTICATE with its MIC and opens what was sealed', () => {
    const acceptor = recordedAcceptor();
    acceptor.challenge(v().negotiate);

    const result = acceptor.accept(v().authenticateMicZero.fill(v().mic, 72, 88));

    const sealed = v().seal.signature_plus_ciphertext;
    expect(securityOf(result).unseal(sealed.subarray(0, 16), sealed.subarray(16))).toEqual(
      v().seal.plaintext,
    );
  });

  it('signs and verifies the recorded mechListMIC', () => {
    const acceptor = recordedAcceptor();
    acceptor.challenge(v().negotiate);
    const result = acceptor.accept(v().authenticateMicZero.fill(v().mic, 72, 88));
    const { mechTypes, mic } = v().mechListMIC;

    expect(() => securityOf(result).verify(mechTypes, mic)).not.toThrow();
  });
});

describe('NtlmAcceptor', () => {
  it.each([
    ['the right password', {}, 'accepted'],
    ['another case of the user name', { user: 'ADMINISTRATOR' }, 'accepted'],
    ['the computer as the domain', { domain: 'PC-0001' }, 'accepted'],
    ['a wrong password', { password: 'Wrong-1' }, 'wrong-password'],
    ['an unknown user', { user: 'nobody' }, 'unknown-user'],
    ['no user', { user: '' }, 'anonymous'],
    ['a broken MIC', { breakMic: true }, 'wrong-mic'],
    ['no MIC', { withMic: false }, 'accepted'],
  ])('answers a logon with %s: %p', (_, changes, expected) => {
    const acceptor = anAcceptor();
    const challenge = acceptor.challenge(NEGOTIATE);

    const { message } = authenticateMessage(challenge, { ...ACCOUNT, ...changes });

    expect(outcome(acceptor.accept(message))).toBe(expected);
  });

  it('refuses an AUTHENTICATE that answers the CHALLENGE of another connection', () => {
    const other = anAcceptor();
    const { message } = authenticateMessage(other.challenge(NEGOTIATE), ACCOUNT);
    const acceptor = anAcceptor();
    acceptor.challenge(NEGOTIATE);

    expect(outcome(acceptor.accept(message))).toBe('wrong-password');
  });

  it('refuses an AUTHENTICATE before it has challenged', () => {
    const { message } = authenticateMessage(anAcceptor().challenge(NEGOTIATE), ACCOUNT);

    expect(outcome(anAcceptor().accept(message))).toBe('no-challenge');
  });

  it.each([12, 63, 70, 88, 120])('refuses an AUTHENTICATE that was cut after %i bytes', (length) => {
    const acceptor = anAcceptor();
    const { message } = authenticateMessage(acceptor.challenge(NEGOTIATE), ACCOUNT);

    expect(outcome(acceptor.accept(message.subarray(0, length)))).toBe('malformed');
  });

  it('checks the channel binding against its certificate', () => {
    const right = Buffer.alloc(16, 1);
    const attempt = (channelBinding: Buffer) => {
      const acceptor = anAcceptor({ channelBinding: right, cbtHardeningLevel: 'Strict' });
      return outcome(
        acceptor.accept(
          authenticateMessage(acceptor.challenge(NEGOTIATE), { ...ACCOUNT, channelBinding }).message,
        ),
      );
    };

    expect(attempt(right)).toBe('accepted');
    expect(attempt(Buffer.alloc(16, 2))).toBe('wrong-channel-binding');
  });

  it('opens sealed messages in their order only', () => {
    const acceptor = anAcceptor();
    const { message, security } = authenticateMessage(acceptor.challenge(NEGOTIATE), ACCOUNT);
    const host = securityOf(acceptor.accept(message));
    const [first, second] = [security.seal(Buffer.from('first')), security.seal(Buffer.from('second'))];

    expect(host.unseal(first.signature, first.ciphertext).toString()).toBe('first');
    expect(() => host.unseal(first.signature, first.ciphertext)).toThrow(SealMismatch);
    expect(() => host.unseal(second.signature, second.ciphertext)).toThrow(SealMismatch);
  });
});
