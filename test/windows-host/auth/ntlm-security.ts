import { timingSafeEqual } from 'node:crypto';
import { hmacMd5, sealKey, signKey, type Direction } from './ntlm-keys.js';
import { hasFlag, NtlmFlag } from './ntlm-flags.js';
import { Rc4 } from './rc4.js';

/** A signature: version 1, checksum, sequence number (MS-NLMP 2.2.2.9.2). */
export const SIGNATURE_LENGTH = 16;

/** The message was not sealed by the other end of this connection, or not in this order. */
export class SealMismatch extends Error {}

/** What signs and seals on one authenticated connection: one key stream and one counter per direction (MS-NLMP 3.4). */
export class NtlmSecurity {
  readonly #incoming: SecurityDirection;
  readonly #outgoing: SecurityDirection;

  constructor(exportedKey: Buffer, flags: number) {
    this.#incoming = new SecurityDirection(exportedKey, flags, 'client-to-server');
    this.#outgoing = new SecurityDirection(exportedKey, flags, 'server-to-client');
  }

  /** Opens what the client sealed. Throws SealMismatch. */
  unseal(signature: Buffer, ciphertext: Buffer): Buffer {
    return this.#incoming.unseal(signature, ciphertext);
  }

  /** Seals a reply. */
  seal(plaintext: Buffer): { readonly signature: Buffer; readonly ciphertext: Buffer } {
    return this.#outgoing.seal(plaintext);
  }

  /** Checks a signature over clear text (SPNEGO's mechListMIC). Throws SealMismatch. */
  verify(message: Buffer, signature: Buffer): void {
    this.#incoming.verify(message, signature);
  }

  /** Signs clear text (SPNEGO's mechListMIC). */
  sign(message: Buffer): Buffer {
    return this.#outgoing.sign(message);
  }

  /** Starts the key streams anew, but not the counters, as after an exchange of mechListMICs (MS-SPNG 3.3.5.1). */
  restartStreams(): void {
    this.#incoming.restartStream();
    this.#outgoing.restartStream();
  }

  /** Skips one outgoing sequence number, so that the next reply is one the client must refuse. */
  skipSequence(): void {
    this.#outgoing.sequence += 1;
  }
}

class SecurityDirection {
  sequence = 0;
  readonly #signKey: Buffer;
  readonly #sealKey: Buffer;
  readonly #keyExchange: boolean;
  #stream: Rc4;

  constructor(exportedKey: Buffer, flags: number, direction: Direction) {
    this.#signKey = signKey(exportedKey, direction);
    this.#sealKey = sealKey(exportedKey, direction, flags);
    this.#keyExchange = hasFlag(flags, NtlmFlag.KEY_EXCH);
    this.#stream = new Rc4(this.#sealKey);
  }

  restartStream(): void {
    this.#stream = new Rc4(this.#sealKey);
  }

  seal(plaintext: Buffer): { signature: Buffer; ciphertext: Buffer } {
    const ciphertext = this.#stream.transform(plaintext);
    return { ciphertext, signature: this.sign(plaintext) };
  }

  unseal(signature: Buffer, ciphertext: Buffer): Buffer {
    const plaintext = this.#stream.transform(ciphertext);
    this.verify(plaintext, signature);
    return plaintext;
  }

  verify(message: Buffer, signature: Buffer): void {
    const expected = this.sign(message);
    if (signature.length !== SIGNATURE_LENGTH || !timingSafeEqual(expected, signature)) {
      throw new SealMismatch('Signature does not fit the message, its order or its connection');
    }
  }

  sign(message: Buffer): Buffer {
    const sequence = Buffer.alloc(4);
    sequence.writeUInt32LE(this.sequence >>> 0);
    this.sequence += 1;
    const checksum = hmacMd5(this.#signKey, sequence, message).subarray(0, 8);
    const sealed = this.#keyExchange ? this.#stream.transform(checksum) : checksum;
    return Buffer.concat([Buffer.from([1, 0, 0, 0]), sealed, sequence]);
  }
}
