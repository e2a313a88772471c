import { randomBytes, timingSafeEqual } from 'node:crypto';
import { AV_FLAG_MIC, AvId, decodeAvPairs } from './av-pairs.js';
import type { Accounts, HostAccount } from './accounts.js';
import { acceptsBinding, type CbtHardeningLevel } from './channel-binding.js';
import { challengeFlags, hasFlag, NtlmFlag } from './ntlm-flags.js';
import { exportedSessionKey, hmacMd5, ntowfV2, ntProof } from './ntlm-keys.js';
import {
  decodeAuthenticate,
  encodeChallenge,
  negotiateFlagsOf,
  type AuthenticateContent,
} from './ntlm-messages.js';
import { NtlmSecurity } from './ntlm-security.js';
import { isRangeError } from './range-error.js';

/** FILETIME of the Unix epoch. */
const UNIX_EPOCH_FILETIME = 116444736000000000n;

export interface NtlmSettings {
  readonly computerName: string;
  readonly accounts: Accounts;
  readonly cbtHardeningLevel: CbtHardeningLevel;
  /** The token of this host's certificate; null over plain HTTP. */
  readonly channelBinding: Buffer | null;
  /** FILETIME of the host's clock. */
  readonly filetime: () => bigint;
  /** The 8 bytes of the CHALLENGE; random unless a test needs a known one. */
  readonly serverChallenge?: () => Buffer;
}

/** An instant as a FILETIME: 100 ns since 1601 (MS-DTYP 2.3.3). */
export function filetimeOf(instant: Date): bigint {
  return BigInt(instant.getTime()) * 10_000n + UNIX_EPOCH_FILETIME;
}

export type NtlmResult =
  | {
      readonly kind: 'accepted';
      readonly account: HostAccount;
      readonly security: NtlmSecurity;
      readonly usedMic: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: NtlmRefusal };

export type NtlmRefusal =
  | 'no-challenge'
  | 'malformed'
  | 'anonymous'
  | 'unknown-user'
  | 'not-ntlmv2'
  | 'wrong-password'
  | 'wrong-mic'
  | 'wrong-channel-binding';

/** NTProofStr 16, and at least the fixed part of the response's temp 28 (MS-NLMP 2.2.2.7). */
const NTLMV2_RESPONSE_MINIMUM = 44;
const NT_PROOF_LENGTH = 16;
const TARGET_INFO_OFFSET = 28;

/** The server's side of one NTLM logon (MS-NLMP 3.2.5.1): a NEGOTIATE gets a CHALLENGE, the AUTHENTICATE a verdict. */
export class NtlmAcceptor {
  readonly #settings: NtlmSettings;
  readonly #serverChallenge: Buffer;
  #negotiate: Buffer | null = null;
  #challenge: Buffer | null = null;

  constructor(settings: NtlmSettings) {
    this.#settings = settings;
    this.#serverChallenge = settings.serverChallenge?.() ?? randomBytes(8);
  }

  /** Answers a NEGOTIATE message. */
  challenge(negotiate: Buffer): Buffer {
    this.#negotiate = Buffer.from(negotiate);
    this.#challenge = encodeChallenge({
      flags: challengeFlags(negotiateFlagsOf(negotiate)),
      serverChallenge: this.#serverChallenge,
      computerName: this.#settings.computerName,
      domainName: this.#settings.computerName,
      timestamp: this.#settings.filetime(),
    });
    return this.#challenge;
  }

  /** Judges an AUTHENTICATE message. */
  accept(token: Buffer): NtlmResult {
    try {
      return this.#judge(decodeAuthenticate(token));
    } catch (error) {
      if (isRangeError(error)) return refused('malformed');
      throw error;
    }
  }

  #judge(message: AuthenticateContent): NtlmResult {
    if (this.#negotiate === null || this.#challenge === null) return refused('no-challenge');
    if (message.user === '' || hasFlag(message.flags, NtlmFlag.ANONYMOUS)) return refused('anonymous');
    if (message.ntResponse.length < NTLMV2_RESPONSE_MINIMUM) return refused('not-ntlmv2');
    const account = this.#settings.accounts.find(message.user);
    if (account === null) return refused('unknown-user');
    const baseKey = this.#provenKey(message, account);
    if (baseKey === null) return refused('wrong-password');
    return this.#accepted(message, account, baseKey);
  }

  /** The SessionBaseKey, or null when the response does not prove the password. */
  #provenKey(message: AuthenticateContent, account: HostAccount): Buffer | null {
    const responseKey = ntowfV2(message.user, message.domain, account.password);
    const proof = message.ntResponse.subarray(0, NT_PROOF_LENGTH);
    const temp = message.ntResponse.subarray(NT_PROOF_LENGTH);
    if (!timingSafeEqual(ntProof(responseKey, this.#serverChallenge, temp), proof)) return null;
    return hmacMd5(responseKey, proof);
  }

  #accepted(message: AuthenticateContent, account: HostAccount, baseKey: Buffer): NtlmResult {
    const pairs = decodeAvPairs(message.ntResponse.subarray(NT_PROOF_LENGTH + TARGET_INFO_OFFSET));
    const { cbtHardeningLevel, channelBinding } = this.#settings;
    if (!acceptsBinding(cbtHardeningLevel, channelBinding, pairs.get(AvId.CHANNEL_BINDINGS))) {
      return refused('wrong-channel-binding');
    }
    const key = exportedSessionKey(baseKey, message.flags, message.encryptedRandomSessionKey);
    const usedMic = ((pairs.get(AvId.FLAGS)?.readUInt32LE(0) ?? 0) & AV_FLAG_MIC) !== 0;
    if (usedMic && !this.#expectedMic(key, message).equals(message.mic)) return refused('wrong-mic');
    return { kind: 'accepted', account, usedMic, security: new NtlmSecurity(key, message.flags) };
  }

  #expectedMic(key: Buffer, message: AuthenticateContent): Buffer {
    const none = Buffer.alloc(0);
    return hmacMd5(key, this.#negotiate ?? none, this.#challenge ?? none, message.withoutMic);
  }
}

function refused(reason: NtlmRefusal): NtlmResult {
  return { kind: 'refused', reason };
}
