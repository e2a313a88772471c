import { hmacMd5, md4 } from './hashes.js';
import { Rc4 } from './rc4.js';

const RESPONSE_HEAD = Buffer.from('0101000000000000', 'hex');

/** Milliseconds between 1601-01-01, where FILETIME begins, and 1970-01-01. */
const FILETIME_EPOCH_OFFSET_MS = 11_644_473_600_000n;

/** What NTOWFv2 is computed from. */
export interface NtlmIdentity {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** The NTLMv2 response and the key that comes with it. */
export interface Ntlmv2Response {
  /** NTProofStr followed by temp: the NtChallengeResponse field. */
  readonly ntResponse: Buffer;
  readonly ntProofStr: Buffer;
  readonly sessionBaseKey: Buffer;
}

/** NTOWFv2, [MS-NLMP] 3.3.2. The domain's case counts: it must be what the AUTHENTICATE message says. */
export const ntowfv2 = ({ user, domain, password }: NtlmIdentity): Buffer =>
  hmacMd5(md4(Buffer.from(password, 'utf16le')), Buffer.from(upcase(user) + domain, 'utf16le'));

/** `temp` of [MS-NLMP] 3.3.2 (an NTLMv2_CLIENT_CHALLENGE, 2.2.2.7). */
export const ntlmv2Temp = (fields: {
  readonly timestamp: Buffer;
  readonly clientChallenge: Buffer;
  readonly targetInfo: Buffer;
}): Buffer =>
  Buffer.concat([
    RESPONSE_HEAD,
    fields.timestamp,
    fields.clientChallenge,
    Buffer.alloc(4),
    fields.targetInfo,
    Buffer.alloc(4),
  ]);

/** NTProofStr, NtChallengeResponse and SessionBaseKey, [MS-NLMP] 3.3.2. */
export const ntlmv2Response = (
  responseKey: Buffer,
  serverChallenge: Buffer,
  temp: Buffer,
): Ntlmv2Response => {
  const ntProofStr = hmacMd5(responseKey, serverChallenge, temp);
  return {
    ntProofStr,
    ntResponse: Buffer.concat([ntProofStr, temp]),
    sessionBaseKey: hmacMd5(responseKey, ntProofStr),
  };
};

/** LmChallengeResponse under NTLMv2, [MS-NLMP] 3.3.2; used only when the challenge holds no timestamp. */
export const lmv2Response = (responseKey: Buffer, serverChallenge: Buffer, clientChallenge: Buffer): Buffer =>
  Buffer.concat([hmacMd5(responseKey, serverChallenge, clientChallenge), clientChallenge]);

/** EncryptedRandomSessionKey, [MS-NLMP] 3.1.5.1.2. */
export const encryptSessionKey = (keyExchangeKey: Buffer, exportedSessionKey: Buffer): Buffer =>
  new Rc4(keyExchangeKey).update(exportedSessionKey);

/** The MIC over the three messages, the third with its MIC field zero, [MS-NLMP] 3.1.5.1.2. */
export const messageIntegrityCode = (exportedSessionKey: Buffer, messages: readonly Buffer[]): Buffer =>
  hmacMd5(exportedSessionKey, ...messages);

/** FILETIME of `date`: 100-nanosecond intervals since 1601-01-01, little-endian. */
export const fileTime = (date: Date): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(date.getTime()) + FILETIME_EPOCH_OFFSET_MS) * 10_000n);
  return bytes;
};

/** Windows upper-cases one UTF-16 unit to one unit: a sharp s stays as it is, where toUpperCase gives SS. */
const upcase = (text: string): string =>
  text
    .split('')
    .map((unit) => (unit.toUpperCase().length === 1 ? unit.toUpperCase() : unit))
    .join('');
