import { AvId, encodeAvPairs } from './av-pairs.js';
import { hasFlag, NtlmFlag } from './ntlm-flags.js';

/** The first bytes of every NTLM message (MS-NLMP 2.2.1). */
export const NTLM_SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** Where an AUTHENTICATE message keeps its MIC: after flags and version (MS-NLMP 2.2.1.3). */
const MIC_OFFSET = 72;
const MIC_LENGTH = 16;

/** Windows 10.0.26100, NTLM revision 15 (MS-NLMP 2.2.2.10), as a recorded CHALLENGE of Windows has it. */
const VERSION = Buffer.from('0a00f4650000000f', 'hex');

export type NtlmMessageType = 1 | 2 | 3;

/** The type of an NTLM message, or null when the bytes are none. */
export function messageType(token: Buffer): NtlmMessageType | null {
  if (token.length < 12 || !token.subarray(0, 8).equals(NTLM_SIGNATURE)) return null;
  const type = token.readUInt32LE(8);
  return type === 1 || type === 2 || type === 3 ? type : null;
}

/** The flags of a NEGOTIATE message (MS-NLMP 2.2.1.1). */
export function negotiateFlagsOf(negotiate: Buffer): number {
  return negotiate.readUInt32LE(12);
}

export interface ChallengeContent {
  readonly flags: number;
  readonly serverChallenge: Buffer;
  readonly computerName: string;
  readonly domainName: string;
  /** FILETIME of the host's clock. */
  readonly timestamp: bigint;
}

/** Builds a CHALLENGE message (MS-NLMP 2.2.1.2). */
export function encodeChallenge(content: ChallengeContent): Buffer {
  const targetName = encodeText(content.computerName, content.flags);
  const targetInfo = targetInfoOf(content);
  const head = Buffer.alloc(56);
  NTLM_SIGNATURE.copy(head);
  head.writeUInt32LE(2, 8);
  writeField(head, 12, targetName.length, 56);
  head.writeUInt32LE(content.flags >>> 0, 20);
  content.serverChallenge.copy(head, 24);
  writeField(head, 40, targetInfo.length, 56 + targetName.length);
  VERSION.copy(head, 48);
  return Buffer.concat([head, targetName, targetInfo]);
}

/** What the acceptor reads from an AUTHENTICATE message (MS-NLMP 2.2.1.3). */
export interface AuthenticateContent {
  readonly flags: number;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  readonly ntResponse: Buffer;
  readonly encryptedRandomSessionKey: Buffer;
  readonly mic: Buffer;
  /** The message with its MIC zeroed, which is what the MIC was computed over. */
  readonly withoutMic: Buffer;
}

/** Reads an AUTHENTICATE message. Throws a RangeError when a field leaves the message. */
export function decodeAuthenticate(token: Buffer): AuthenticateContent {
  const flags = token.readUInt32LE(60);
  return {
    flags,
    ntResponse: readField(token, 20),
    domain: decodeText(readField(token, 28), flags),
    user: decodeText(readField(token, 36), flags),
    workstation: decodeText(readField(token, 44), flags),
    encryptedRandomSessionKey: readField(token, 52),
    mic: Buffer.from(token.subarray(MIC_OFFSET, MIC_OFFSET + MIC_LENGTH)),
    withoutMic: zeroMic(token),
  };
}

function targetInfoOf(content: ChallengeContent): Buffer {
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64LE(content.timestamp);
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  // The order of the recorded CHALLENGE of a Windows host.
  return encodeAvPairs([
    [AvId.NB_DOMAIN_NAME, utf16(content.domainName)],
    [AvId.NB_COMPUTER_NAME, utf16(content.computerName)],
    [AvId.DNS_DOMAIN_NAME, utf16(content.domainName)],
    [AvId.DNS_COMPUTER_NAME, utf16(content.computerName)],
    [AvId.TIMESTAMP, timestamp],
  ]);
}

function zeroMic(token: Buffer): Buffer {
  const copy = Buffer.from(token);
  copy.fill(0, MIC_OFFSET, Math.min(MIC_OFFSET + MIC_LENGTH, copy.length));
  return copy;
}

function writeField(head: Buffer, at: number, length: number, offset: number): void {
  head.writeUInt16LE(length, at);
  head.writeUInt16LE(length, at + 2);
  head.writeUInt32LE(offset, at + 4);
}

function readField(token: Buffer, at: number): Buffer {
  const length = token.readUInt16LE(at);
  const offset = token.readUInt32LE(at + 4);
  if (length > 0 && offset + length > token.length) throw new RangeError('NTLM field leaves its message');
  return token.subarray(offset, offset + length);
}

function encodeText(text: string, flags: number): Buffer {
  return Buffer.from(text, hasFlag(flags, NtlmFlag.UNICODE) ? 'utf16le' : 'latin1');
}

function decodeText(bytes: Buffer, flags: number): string {
  return bytes.toString(hasFlag(flags, NtlmFlag.UNICODE) ? 'utf16le' : 'latin1');
}
