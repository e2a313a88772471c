import { NtlmError } from './errors.js';
import { hasFlag, NegotiateFlag, OFFERED_FLAGS } from './flags.js';

const SIGNATURE = Buffer.from('NTLMSSP\0', 'ascii');
const CHALLENGE_HEADER_BYTES = 48;
const AUTHENTICATE_FIXED_BYTES = 64;
const VERSION_BYTES = 8;
const MIC_BYTES = 16;
/** Where the MIC stands in an AUTHENTICATE message ([MS-NLMP] 2.2.1.3). */
const MIC_OFFSET = AUTHENTICATE_FIXED_BYTES + VERSION_BYTES;

/** VERSION, [MS-NLMP] 2.2.2.10: servers use it for debugging only. NTLMRevisionCurrent is 15. */
const CLIENT_VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 15]);

/** A CHALLENGE message ([MS-NLMP] 2.2.1.2), read and bounds-checked. */
export interface ChallengeMessage {
  readonly flags: number;
  readonly serverChallenge: Buffer;
  /** The raw AV_PAIR list; empty when the server sent none. */
  readonly targetInfo: Buffer;
}

/** The fields of an AUTHENTICATE message ([MS-NLMP] 2.2.1.3). */
export interface AuthenticateFields {
  readonly flags: number;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly encryptedSessionKey: Buffer;
  /** Reserves the MIC field, all zero, for `writeMic`. */
  readonly withMic: boolean;
  readonly version?: Buffer;
}

/** Does this token begin as an NTLM message? */
export const isNtlmMessage = (token: Buffer): boolean =>
  token.subarray(0, SIGNATURE.length).equals(SIGNATURE);

/** The NEGOTIATE message ([MS-NLMP] 2.2.1.1) without domain and workstation, which servers ignore. */
export const encodeNegotiate = (flags: number = OFFERED_FLAGS, version: Buffer = CLIENT_VERSION): Buffer => {
  const head = Buffer.alloc(32);
  writeHead(head, 1);
  head.writeUInt32LE(flags, 12);
  return Buffer.concat([head, version]);
};

/** Reads a CHALLENGE message; throws NtlmError `malformed-token` when it is not one or points outside itself. */
export const parseChallenge = (token: Buffer): ChallengeMessage => {
  if (token.length < CHALLENGE_HEADER_BYTES || !isNtlmMessage(token) || token.readUInt32LE(8) !== 2) {
    throw new NtlmError('malformed-token', 'The server sent something else than an NTLM challenge');
  }
  const flags = token.readUInt32LE(20);
  return {
    flags,
    serverChallenge: token.subarray(24, 32),
    targetInfo: hasFlag(flags, NegotiateFlag.targetInfo) ? readField(token, 40) : Buffer.alloc(0),
  };
};

/** Writes an AUTHENTICATE message, payload in the order of Windows' own client. */
export const encodeAuthenticate = (fields: AuthenticateFields): Buffer => {
  const head = Buffer.alloc(fields.withMic ? MIC_OFFSET + MIC_BYTES : MIC_OFFSET);
  writeHead(head, 3);
  head.writeUInt32LE(fields.flags, 60);
  (fields.version ?? CLIENT_VERSION).copy(head, AUTHENTICATE_FIXED_BYTES);
  const payload = [
    { at: 28, value: Buffer.from(fields.domain, 'utf16le') },
    { at: 36, value: Buffer.from(fields.user, 'utf16le') },
    { at: 44, value: Buffer.from(fields.workstation, 'utf16le') },
    { at: 12, value: fields.lmResponse },
    { at: 20, value: fields.ntResponse },
    { at: 52, value: fields.encryptedSessionKey },
  ];
  writeFields(head, payload);
  return Buffer.concat([head, ...payload.map(({ value }) => value)]);
};

/** Puts the MIC into an AUTHENTICATE message that was encoded `withMic`. */
export const writeMic = (authenticate: Buffer, mic: Buffer): void => {
  mic.copy(authenticate, MIC_OFFSET);
};

const writeHead = (head: Buffer, messageType: number): void => {
  SIGNATURE.copy(head);
  head.writeUInt32LE(messageType, 8);
};

const writeFields = (head: Buffer, payload: readonly { at: number; value: Buffer }[]): void => {
  let offset = head.length;
  for (const { at, value } of payload) {
    head.writeUInt16LE(value.length, at);
    head.writeUInt16LE(value.length, at + 2);
    head.writeUInt32LE(offset, at + 4);
    offset += value.length;
  }
};

const readField = (token: Buffer, at: number): Buffer => {
  const length = token.readUInt16LE(at);
  const offset = token.readUInt32LE(at + 4);
  if (length === 0) return Buffer.alloc(0);
  if (offset < CHALLENGE_HEADER_BYTES || offset + length > token.length) {
    throw new NtlmError('malformed-token', 'A field of the NTLM challenge lies outside the message');
  }
  return token.subarray(offset, offset + length);
};
