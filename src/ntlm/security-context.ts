import { createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { NtlmError } from './errors.js';
import { hasFlag, NegotiateFlag } from './flags.js';
import { hmacMd5, md5 } from './hashes.js';
import { Rc4 } from './rc4.js';

const SIGNATURE_VERSION = 1;
/** Size of a NTLMSSP_MESSAGE_SIGNATURE, [MS-NLMP] 2.2.2.9. */
export const SIGNATURE_BYTES = 16;

const MAGIC = {
  clientSign: 'session key to client-to-server signing key magic constant\0',
  clientSeal: 'session key to client-to-server sealing key magic constant\0',
  serverSign: 'session key to server-to-client signing key magic constant\0',
  serverSeal: 'session key to server-to-client sealing key magic constant\0',
} as const;

/** The four keys of a session with extended session security and 128 bits. */
export type SessionKeys = Readonly<Record<keyof typeof MAGIC, Buffer>>;

/** SIGNKEY and SEALKEY of both directions, [MS-NLMP] 3.4.5.2 and 3.4.5.3. */
export const deriveSessionKeys = (exportedSessionKey: Buffer): SessionKeys => ({
  clientSign: md5(exportedSessionKey, Buffer.from(MAGIC.clientSign, 'latin1')),
  clientSeal: md5(exportedSessionKey, Buffer.from(MAGIC.clientSeal, 'latin1')),
  serverSign: md5(exportedSessionKey, Buffer.from(MAGIC.serverSign, 'latin1')),
  serverSeal: md5(exportedSessionKey, Buffer.from(MAGIC.serverSeal, 'latin1')),
});

/** A sealed message: the signature goes before the ciphertext wherever both travel together. */
export interface SealedMessage {
  readonly signature: Buffer;
  readonly ciphertext: Buffer;
}

/** What a security context is made from. */
export interface SecurityContextOptions {
  readonly exportedSessionKey: Buffer;
  readonly flags: number;
  /** Which side of the exchange this is; a server is needed only by tests. */
  readonly role?: 'client' | 'server';
}

/**
 * The two directions of one authenticated connection ([MS-NLMP] 3.4): an RC4 key stream and a message counter
 * each, for the life of the connection. Messages must be sealed and opened in the order they travel.
 * After any failure the context is dead: the connection must be closed.
 */
export class NtlmSecurityContext {
  /** ExportedSessionKey: what a protocol above (SMB) derives its own keys from. */
  readonly sessionKey: Buffer;
  readonly #outgoing: Direction;
  readonly #incoming: Direction;
  #dead = false;

  constructor({ exportedSessionKey, flags, role = 'client' }: SecurityContextOptions) {
    const keys = deriveSessionKeys(exportedSessionKey);
    const encryptChecksum = hasFlag(flags, NegotiateFlag.keyExchange);
    const client = new Direction(keys.clientSign, keys.clientSeal, encryptChecksum);
    const server = new Direction(keys.serverSign, keys.serverSeal, encryptChecksum);
    this.sessionKey = exportedSessionKey;
    this.#outgoing = role === 'client' ? client : server;
    this.#incoming = role === 'client' ? server : client;
  }

  /** Encrypts and signs the next outgoing message ([MS-NLMP] 3.4.3). */
  seal(message: Uint8Array): SealedMessage {
    this.#throwIfDead();
    const ciphertext = this.#outgoing.crypt(message);
    return { signature: this.#outgoing.sign(message), ciphertext };
  }

  /** Decrypts and verifies the next incoming message; throws NtlmError `bad-signature` and dies when it is not genuine. */
  open(signature: Uint8Array, ciphertext: Uint8Array): Buffer {
    this.#throwIfDead();
    const message = this.#incoming.crypt(ciphertext);
    this.#requireEqual(this.#incoming.sign(message), signature);
    return message;
  }

  /** Signs the next outgoing message without encrypting it ([MS-NLMP] 3.4.4), for SPNEGO's mechListMIC. */
  sign(message: Uint8Array): Buffer {
    this.#throwIfDead();
    return this.#outgoing.sign(message);
  }

  /** Verifies the signature of the next incoming clear message; throws NtlmError `bad-signature` and dies. */
  verify(message: Uint8Array, signature: Uint8Array): void {
    this.#throwIfDead();
    this.#requireEqual(this.#incoming.sign(message), signature);
  }

  #throwIfDead(): void {
    if (this.#dead)
      throw new NtlmError('context-dead', 'The NTLM context failed before and cannot be used again');
  }

  #requireEqual(expected: Buffer, actual: Uint8Array): void {
    if (expected.length === actual.length && timingSafeEqual(expected, actual)) return;
    this.#dead = true;
    throw new NtlmError(
      'bad-signature',
      'A message is damaged, forged or out of order: its signature does not match',
    );
  }
}

/** One direction. The order of the key stream is the protocol: message first, then checksum. */
class Direction {
  readonly #rc4: Rc4;
  /** Made once: Node makes a KeyObject of each plain key it is given, which cost more than the checksum (measured). */
  readonly #signKey: KeyObject;
  #sequence = 0;

  constructor(
    signKey: Buffer,
    sealKey: Buffer,
    private readonly encryptChecksum: boolean,
  ) {
    this.#signKey = createSecretKey(signKey);
    this.#rc4 = new Rc4(sealKey);
  }

  crypt(message: Uint8Array): Buffer {
    return this.#rc4.update(message);
  }

  /** NTLMSSP_MESSAGE_SIGNATURE with extended session security, [MS-NLMP] 3.4.4.2; counts the message. */
  sign(message: Uint8Array): Buffer {
    const sequence = Buffer.alloc(4);
    sequence.writeUInt32LE(this.#sequence);
    this.#sequence = (this.#sequence + 1) >>> 0;
    const checksum = hmacMd5(this.#signKey, sequence, message).subarray(0, 8);
    const signature = Buffer.alloc(SIGNATURE_BYTES);
    signature.writeUInt32LE(SIGNATURE_VERSION, 0);
    (this.encryptChecksum ? this.#rc4.update(checksum) : checksum).copy(signature, 4);
    sequence.copy(signature, 12);
    return signature;
  }
}
