import { randomBytes } from 'node:crypto';
import { AvId, clientTargetInfo, encodeAvPairs, findAvPair, parseAvPairs, type AvPair } from './av-pairs.js';
import { NtlmError } from './errors.js';
import { hasFlag, NegotiateFlag, negotiatedFlags, REQUIRED_FLAGS } from './flags.js';
import {
  encodeAuthenticate,
  encodeNegotiate,
  parseChallenge,
  writeMic,
  type ChallengeMessage,
} from './messages.js';
import {
  encryptSessionKey,
  fileTime,
  lmv2Response,
  messageIntegrityCode,
  ntlmv2Response,
  ntlmv2Temp,
  ntowfv2,
  type Ntlmv2Response,
} from './ntlmv2.js';
import { NtlmSecurityContext } from './security-context.js';

/** Who logs on where. */
export interface NtlmInitiatorOptions {
  readonly user: string;
  readonly domain: string;
  /** Asked for once, when the challenge is answered; nothing is kept of it. */
  readonly password: { reveal(): string };
  /** NetBIOS name of this computer; empty by default, which servers accept. */
  readonly workstation?: string;
  /** MsvAvChannelBindings, from `channelBindingsOf`; leave out where there is no TLS. */
  readonly channelBindings?: Buffer | undefined;
  /** MsvAvTargetName, a service principal name such as `host/web01.example.com`. */
  readonly targetName?: string;
  /** Source of challenges and keys; for tests that need known answers. */
  readonly randomBytes?: (size: number) => Buffer;
  /**
   * The time for a challenge that holds none. Without it such a challenge is refused: Windows has sent the time since
   * Vista, and whoever strips it strips the MIC with it.
   */
  readonly now?: () => Date;
}

/** The last message of the handshake and the keys that came out of it. */
export interface NtlmAuthentication {
  readonly token: Buffer;
  readonly context: NtlmSecurityContext;
}

/** What goes into the proof, besides the password. */
interface Proof {
  readonly challenge: ChallengeMessage;
  readonly serverPairs: readonly AvPair[];
  readonly timestamp: Buffer | undefined;
  readonly clientChallenge: Buffer;
}

/**
 * The client side of one NTLMv2 handshake ([MS-NLMP] 3.1.5): `negotiate`, then `authenticate` with the server's
 * challenge. Bytes in, bytes out; one instance per connection. Nothing weaker than NTLMv2 with signing, sealing,
 * 128 bits and extended session security is agreed to.
 */
export class NtlmInitiator {
  readonly #options: NtlmInitiatorOptions;
  readonly #negotiate = encodeNegotiate();

  constructor(options: NtlmInitiatorOptions) {
    this.#options = options;
  }

  /** The NEGOTIATE message (type 1). */
  negotiate(): Buffer {
    return this.#negotiate;
  }

  /**
   * Answers the CHALLENGE message (type 2) with the AUTHENTICATE message (type 3).
   * Throws NtlmError `malformed-token`, `downgrade`, `target-info-missing` or `timestamp-missing`.
   */
  authenticate(challengeToken: Buffer): NtlmAuthentication {
    const challenge = parseChallenge(challengeToken);
    refuseDowngrade(challenge.flags);
    const serverPairs = parseAvPairs(challenge.targetInfo);
    requireTargetNames(serverPairs);
    const timestamp = findAvPair(serverPairs, AvId.timestamp);
    const proof = { challenge, serverPairs, timestamp, clientChallenge: this.#random(8) };
    return this.#answer(proof, challengeToken);
  }

  #answer(proof: Proof, challengeToken: Buffer): NtlmAuthentication {
    const { user, domain, workstation = '', password } = this.#options;
    const responseKey = ntowfv2({ user, domain, password: password.reveal() });
    const response = this.#respond(responseKey, proof);
    const flags = negotiatedFlags(proof.challenge.flags);
    const keys = this.#sessionKeys(flags, response.sessionBaseKey);
    const withMic = proof.timestamp !== undefined;
    const token = encodeAuthenticate({
      flags,
      user,
      domain,
      workstation,
      lmResponse: lmResponseOf(responseKey, proof),
      ntResponse: response.ntResponse,
      encryptedSessionKey: keys.encrypted,
      withMic,
    });
    if (withMic)
      writeMic(token, messageIntegrityCode(keys.exported, [this.#negotiate, challengeToken, token]));
    return { token, context: new NtlmSecurityContext({ exportedSessionKey: keys.exported, flags }) };
  }

  #respond(
    responseKey: Buffer,
    { challenge, serverPairs, timestamp, clientChallenge }: Proof,
  ): Ntlmv2Response {
    const { channelBindings, targetName } = this.#options;
    const additions = { micPresent: timestamp !== undefined, channelBindings, targetName };
    const temp = ntlmv2Temp({
      timestamp: timestamp ?? this.#ownTime(),
      clientChallenge,
      targetInfo: encodeAvPairs(clientTargetInfo(serverPairs, additions)),
    });
    return ntlmv2Response(responseKey, challenge.serverChallenge, temp);
  }

  #ownTime(): Buffer {
    const { now } = this.#options;
    if (!now)
      throw new NtlmError(
        'timestamp-missing',
        'The NTLM challenge holds no time, so nothing protects the handshake',
      );
    return fileTime(now());
  }

  // Under NTLMv2 the KeyExchangeKey is the SessionBaseKey ([MS-NLMP] 3.4.5.1).
  #sessionKeys(flags: number, sessionBaseKey: Buffer): { exported: Buffer; encrypted: Buffer } {
    if (!hasFlag(flags, NegotiateFlag.keyExchange))
      return { exported: sessionBaseKey, encrypted: Buffer.alloc(0) };
    const exported = this.#random(16);
    return { exported, encrypted: encryptSessionKey(sessionBaseKey, exported) };
  }

  #random(size: number): Buffer {
    return (this.#options.randomBytes ?? randomBytes)(size);
  }
}

// With a timestamp in the challenge the LM response is 24 zero bytes ([MS-NLMP] 3.1.5.1.2).
const lmResponseOf = (responseKey: Buffer, { challenge, timestamp, clientChallenge }: Proof): Buffer =>
  timestamp ? Buffer.alloc(24) : lmv2Response(responseKey, challenge.serverChallenge, clientChallenge);

const refuseDowngrade = (flags: number): void => {
  const missing = Object.entries(REQUIRED_FLAGS).filter(([, flag]) => !hasFlag(flags, flag));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(', ');
  throw new NtlmError('downgrade', `The server's NTLM challenge drops what a safe session needs: ${names}`);
};

// [MS-NLMP] 3.1.5.1.2: with integrity or confidentiality asked for, both names must be there.
const requireTargetNames = (pairs: readonly AvPair[]): void => {
  if (findAvPair(pairs, AvId.netbiosComputerName) && findAvPair(pairs, AvId.netbiosDomainName)) return;
  throw new NtlmError(
    'target-info-missing',
    'The NTLM challenge does not name both its computer and its domain',
  );
};
