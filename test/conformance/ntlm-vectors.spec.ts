import { createHash } from 'node:crypto';
import { AvId, clientTargetInfo, encodeAvPairs, findAvPair, parseAvPairs } from '../../src/ntlm/av-pairs.js';
import {
  channelBindingsOf,
  endPointHashAlgorithm,
  gssChannelBindings,
} from '../../src/ntlm/channel-binding.js';
import { md5 } from '../../src/ntlm/hashes.js';
import { NtlmInitiator } from '../../src/ntlm/initiator.js';
import { encodeAuthenticate, encodeNegotiate, parseChallenge, writeMic } from '../../src/ntlm/messages.js';
import {
  encryptSessionKey,
  lmv2Response,
  messageIntegrityCode,
  ntlmv2Response,
  ntlmv2Temp,
  ntowfv2,
} from '../../src/ntlm/ntlmv2.js';
import { deriveSessionKeys, NtlmSecurityContext } from '../../src/ntlm/security-context.js';
import { ntlmField, ntlmVectors } from './ntlm-vectors.js';
import { describeRecorded } from './winrm-recordings.js';

/** The flags that both MS-NLMP 4.2.4 and the real handshakes agreed on. */
const FLAGS = 0xe2888235;

describeRecorded('MS-NLMP 4.2.4, NTLMv2', 'vectors/kat.json', () => {
  const kat = () => ntlmVectors().ms_nlmp_4_2;

  it('computes NTOWFv2', () => {
    expect(ntowfv2(kat())).toEqual(kat().ntowfv2);
  });

  it('builds temp from the target information of the challenge', () => {
    const { challengeMessage, clientChallenge, time, temp } = kat();

    const { targetInfo } = parseChallenge(challengeMessage);

    expect(ntlmv2Temp({ timestamp: time, clientChallenge, targetInfo })).toEqual(temp);
  });

  it('computes NTProofStr, the session base key and the LMv2 response', () => {
    const { ntowfv2: key, serverChallenge, clientChallenge, temp } = kat();

    const response = ntlmv2Response(key, serverChallenge, temp);

    expect(response.ntProofStr).toEqual(kat().ntProofStr);
    expect(response.sessionBaseKey).toEqual(kat().sessionBaseKey);
    expect(lmv2Response(key, serverChallenge, clientChallenge)).toEqual(kat().lmv2Response);
  });

  it('encrypts the random session key', () => {
    expect(encryptSessionKey(kat().sessionBaseKey, kat().randomSessionKey)).toEqual(
      kat().encryptedRandomSessionKey,
    );
  });

  it('derives the four keys', () => {
    expect(deriveSessionKeys(kat().randomSessionKey)).toEqual(kat().keys_v2_128_keyexch);
  });

  it('seals the message', () => {
    const context = new NtlmSecurityContext({ exportedSessionKey: kat().randomSessionKey, flags: FLAGS });

    expect(context.seal(kat().sealPlaintext)).toEqual({
      signature: kat().signature,
      ciphertext: kat().sealed,
    });
  });

  it('opens the message on the other side', () => {
    const context = new NtlmSecurityContext({
      exportedSessionKey: kat().randomSessionKey,
      flags: FLAGS,
      role: 'server',
    });

    expect(context.open(kat().signature, kat().sealed)).toEqual(kat().sealPlaintext);
  });

  it('encodes the whole AUTHENTICATE message', () => {
    const { user, domain, workstation, authenticateMessage } = kat();

    const message = encodeAuthenticate({
      flags: FLAGS,
      user,
      domain,
      workstation,
      lmResponse: kat().lmv2Response,
      ntResponse: Buffer.concat([kat().ntProofStr, kat().temp]),
      encryptedSessionKey: kat().encryptedRandomSessionKey,
      withMic: false,
      version: authenticateMessage.subarray(64, 72),
    });

    expect(message).toEqual(authenticateMessage);
  });

  it('reads the challenge', () => {
    expect(parseChallenge(kat().challengeMessage)).toMatchObject({
      flags: 0xe28a8233,
      serverChallenge: kat().serverChallenge,
    });
  });
});

describeRecorded('A challenge of a real Windows host, answered', 'vectors/kat.json', () => {
  const kat = () => ntlmVectors().winrm_rs_real_windows_challenge;
  const temp = () => ntlmField(kat().authenticateMicZero, 20).subarray(16);

  it('computes the same proof and keys from the password', () => {
    const response = ntlmv2Response(ntowfv2(kat()), parseChallenge(kat().challenge).serverChallenge, temp());

    expect(ntowfv2(kat())).toEqual(kat().ntowfv2);
    expect(response.ntProofStr).toEqual(kat().ntProofStr);
    expect(response.sessionBaseKey).toEqual(kat().sessionBaseKey);
    expect(encryptSessionKey(response.sessionBaseKey, kat().exportedSessionKey)).toEqual(
      ntlmField(kat().authenticateMicZero, 52),
    );
  });

  it('computes the MIC over the three messages', () => {
    const messages = [kat().negotiate, kat().challenge, kat().authenticateMicZero];

    expect(messageIntegrityCode(kat().exportedSessionKey, messages)).toEqual(kat().mic);
  });

  it('derives the keys, seals, and signs the mechanism list', () => {
    const options = { exportedSessionKey: kat().exportedSessionKey, flags: FLAGS };

    const sealed = new NtlmSecurityContext(options).seal(kat().seal.plaintext);

    expect(deriveSessionKeys(kat().exportedSessionKey)).toEqual(kat().keys);
    expect(Buffer.concat([sealed.signature, sealed.ciphertext])).toEqual(
      kat().seal.signature_plus_ciphertext,
    );
    expect(new NtlmSecurityContext(options).sign(kat().mechListMIC.mechTypes)).toEqual(kat().mechListMIC.mic);
  });

  it('is answered by the initiator with time stamp, MIC, zero LM response and the target name', () => {
    const initiator = new NtlmInitiator({
      user: kat().user,
      domain: kat().domain,
      password: { reveal: () => kat().password },
      targetName: 'host/web01',
      randomBytes: (size) => (size === 8 ? temp().subarray(16, 24) : kat().exportedSessionKey),
    });

    const { token, context } = initiator.authenticate(kat().challenge);

    const ntResponse = ntlmField(token, 20);
    const pairs = parseAvPairs(ntResponse.subarray(16 + 28));
    const zeroed = Buffer.concat([token.subarray(0, 72), Buffer.alloc(16), token.subarray(88)]);
    expect(ntlmField(token, 12)).toEqual(Buffer.alloc(24));
    expect(ntResponse.subarray(24, 32)).toEqual(findAvPair(pairs, AvId.timestamp));
    expect(findAvPair(pairs, AvId.flags)).toEqual(Buffer.from([2, 0, 0, 0]));
    expect(findAvPair(pairs, AvId.targetName)?.toString('utf16le')).toBe('host/web01');
    expect(findAvPair(pairs, AvId.channelBindings)).toBeUndefined();
    expect(token.subarray(72, 88)).toEqual(
      messageIntegrityCode(kat().exportedSessionKey, [initiator.negotiate(), kat().challenge, zeroed]),
    );
    expect(context.sessionKey).toEqual(kat().exportedSessionKey);
  });
});

describeRecorded('A whole handshake captured from Windows', 'vectors/kat.json', () => {
  const kat = () => ntlmVectors().winrm_net_real_capture;

  it('computes the MIC and the keys of the capture', () => {
    const messages = [kat().negotiate, kat().challenge, kat().authenticateMicZero];

    expect(messageIntegrityCode(kat().exportedSessionKey, messages)).toEqual(kat().mic);
    expect(deriveSessionKeys(kat().exportedSessionKey)).toEqual(kat().keys);
  });

  it('encodes the same AUTHENTICATE message from its fields, byte for byte', () => {
    const captured = kat().authenticate;

    const message = encodeAuthenticate({
      flags: captured.readUInt32LE(60),
      domain: ntlmField(captured, 28).toString('utf16le'),
      user: ntlmField(captured, 36).toString('utf16le'),
      workstation: ntlmField(captured, 44).toString('utf16le'),
      lmResponse: ntlmField(captured, 12),
      ntResponse: ntlmField(captured, 20),
      encryptedSessionKey: kat().encryptedRandomSessionKey,
      withMic: true,
      version: captured.subarray(64, 72),
    });
    writeMic(message, kat().mic);

    expect(message).toEqual(captured);
  });

  it('encodes the same NEGOTIATE message from its flags', () => {
    const captured = kat().negotiate;

    expect(encodeNegotiate(captured.readUInt32LE(12), captured.subarray(32, 40))).toEqual(captured);
  });
});

describeRecorded('NTLMv2 with channel binding (ntlm-auth)', 'vectors/kat.json', () => {
  const kat = () => ({ ...ntlmVectors().ms_nlmp_4_2, ...ntlmVectors().ntlm_auth_cbt });

  it('adds the token of the certificate to the target information', () => {
    const { certHash, challengeMessage, time, clientChallenge } = kat();
    const serverPairs = parseAvPairs(parseChallenge(challengeMessage).targetInfo);

    const pairs = clientTargetInfo(serverPairs, {
      micPresent: false,
      channelBindings: md5(gssChannelBindings(certHash)),
    });

    expect(findAvPair(pairs, AvId.channelBindings)).toEqual(kat().avPair10);
    expect(ntlmv2Temp({ timestamp: time, clientChallenge, targetInfo: encodeAvPairs(pairs) })).toEqual(
      kat().temp,
    );
  });

  it('computes the proof, the encrypted key and the first sealed message', () => {
    const response = ntlmv2Response(kat().ntowfv2, kat().serverChallenge, kat().temp);
    const context = new NtlmSecurityContext({ exportedSessionKey: kat().randomSessionKey, flags: FLAGS });

    expect(response.ntProofStr).toEqual(kat().ntProofStr);
    expect(encryptSessionKey(response.sessionBaseKey, kat().randomSessionKey)).toEqual(
      kat().encryptedRandomSessionKey,
    );
    expect(context.seal(kat().wrap.plaintext)).toEqual({
      signature: kat().wrap.signature,
      ciphertext: kat().wrap.ciphertext,
    });
  });
});

describeRecorded('Channel bindings of certificates', 'vectors/kat.json', () => {
  const items = ntlmVectors().cbt.items;

  it('has the eleven certificates', () => {
    expect(items).toHaveLength(11);
  });

  it.each(items)('$test is hashed with $hashAlgorithmUsed', (item) => {
    const certificate = Buffer.from(item.certDerB64, 'base64');

    const algorithm = endPointHashAlgorithm(certificate);

    expect(algorithm).toBe(item.hashAlgorithmUsed);
    expect(createHash(algorithm).update(certificate).digest()).toEqual(item.certHash);
    expect(gssChannelBindings(item.certHash)).toEqual(item.gssChannelBindings);
    expect(channelBindingsOf(certificate)).toEqual(item.md5ForNtlmAvPair10);
  });
});
