import { createHash, createHmac } from 'node:crypto';
import { md4 } from './md4.js';
import { hasFlag, NtlmFlag } from './ntlm-flags.js';
import { Rc4 } from './rc4.js';

export type Direction = 'client-to-server' | 'server-to-client';

export function hmacMd5(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

export function md5(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** NTOWFv2: the user's name is upper-cased, the domain is taken as it was sent (MS-NLMP 3.3.2). */
export function ntowfV2(user: string, domain: string, password: string): Buffer {
  const hash = md4(Buffer.from(password, 'utf16le'));
  return hmacMd5(hash, Buffer.from(user.toUpperCase() + domain, 'utf16le'));
}

/** The first 16 bytes of an NTLMv2 response, which prove the password (MS-NLMP 3.3.2). */
export function ntProof(responseKey: Buffer, serverChallenge: Buffer, temp: Buffer): Buffer {
  return hmacMd5(responseKey, serverChallenge, temp);
}

/** The key both sides sign and seal with: what the client sent under KEY_EXCH, else the base key (MS-NLMP 3.2.5.1.2). */
export function exportedSessionKey(
  baseKey: Buffer,
  flags: number,
  encryptedRandomSessionKey: Buffer,
): Buffer {
  return hasFlag(flags, NtlmFlag.KEY_EXCH) ? new Rc4(baseKey).transform(encryptedRandomSessionKey) : baseKey;
}

/** SIGNKEY with extended session security (MS-NLMP 3.4.5.2). */
export function signKey(exportedKey: Buffer, direction: Direction): Buffer {
  return md5(exportedKey, magic(direction, 'signing'));
}

/** SEALKEY with extended session security: weaker keys are cut first (MS-NLMP 3.4.5.3). */
export function sealKey(exportedKey: Buffer, direction: Direction, flags: number): Buffer {
  return md5(exportedKey.subarray(0, sealKeyLength(flags)), magic(direction, 'sealing'));
}

function sealKeyLength(flags: number): number {
  if (hasFlag(flags, NtlmFlag.KEY_128)) return 16;
  return hasFlag(flags, NtlmFlag.KEY_56) ? 7 : 5;
}

function magic(direction: Direction, use: 'signing' | 'sealing'): Buffer {
  return Buffer.from(`session key to ${direction} ${use} key magic constant\0`, 'latin1');
}
