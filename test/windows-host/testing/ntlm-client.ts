import { randomBytes, timingSafeEqual } from 'node:crypto';
import { AvId, decodeAvPairs, encodeAvPairs, AV_FLAG_MIC } from '../auth/av-pairs.js';
import { hmacMd5, ntowfV2, ntProof, sealKey, signKey, type Direction } from '../auth/ntlm-keys.js';
import { Rc4 } from '../auth/rc4.js';

/** NEGOTIATE with the flags of a recorded one (pyspnego), which Windows accepted. */
export const NEGOTIATE = Buffer.from(
  '4e544c4d5353500001000000378208e200000000280000000000000028000000000c01000000000f',
  'hex',
);

const FLAGS = 0xe2888235;

export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly domain?: string;
  readonly channelBinding?: Buffer;
  readonly withMic?: boolean;
  readonly breakMic?: boolean;
}

/** The client's end of a logon: an AUTHENTICATE that answers `challenge`, and what seals afterwards (MS-NLMP 3.1.5.1.2). */
export function authenticateMessage(
  challenge: Buffer,
  credentials: Credentials,
): { message: Buffer; security: ClientSecurity } {
  const { user, password, domain = '', withMic = true } = credentials;
  const responseKey = ntowfV2(user, domain, password);
  const temp = tempOf(challenge, credentials, withMic);
  const proof = ntProof(responseKey, challenge.subarray(24, 32), temp);
  const exportedKey = randomBytes(16);
  const encryptedKey = new Rc4(hmacMd5(responseKey, proof)).transform(exportedKey);
  const fields = [
    Buffer.alloc(24),
    Buffer.concat([proof, temp]),
    utf16(domain),
    utf16(user),
    utf16('TESTER'),
    encryptedKey,
  ];
  const message = encodeAuthenticate(fields);
  if (withMic) hmacMd5(exportedKey, NEGOTIATE, challenge, message).copy(message, 72);
  if (credentials.breakMic) message[72] = (message[72] ?? 0) ^ 1;
  return { message, security: new ClientSecurity(exportedKey) };
}

function tempOf(challenge: Buffer, { channelBinding }: Credentials, withMic: boolean): Buffer {
  const targetInfo = challenge.subarray(
    challenge.readUInt32LE(44),
    challenge.readUInt32LE(44) + challenge.readUInt16LE(40),
  );
  const pairs = decodeAvPairs(targetInfo);
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(withMic ? AV_FLAG_MIC : 0);
  const added: [number, Buffer][] = [[AvId.FLAGS, flags]];
  if (channelBinding !== undefined) added.push([AvId.CHANNEL_BINDINGS, channelBinding]);
  const timestamp = pairs.get(AvId.TIMESTAMP) ?? Buffer.alloc(8);
  const head = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    timestamp,
    randomBytes(8),
    Buffer.alloc(4),
  ]);
  return Buffer.concat([head, encodeAvPairs([...pairs, ...added]), Buffer.alloc(4)]);
}

function encodeAuthenticate(fields: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(88);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(3, 8);
  let offset = head.length;
  for (const [index, field] of fields.entries()) {
    head.writeUInt16LE(field.length, 12 + index * 8);
    head.writeUInt16LE(field.length, 14 + index * 8);
    head.writeUInt32LE(offset, 16 + index * 8);
    offset += field.length;
  }
  head.writeUInt32LE(FLAGS, 60);
  return Buffer.concat([head, ...fields]);
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

interface ClientDirection {
  readonly signKey: Buffer;
  readonly sealKey: Buffer;
  stream: Rc4;
  sequence: number;
}

/** What the client seals and opens with. */
export class ClientSecurity {
  readonly #out: ClientDirection;
  readonly #in: ClientDirection;

  constructor(exportedKey: Buffer) {
    const direction = (name: Direction): ClientDirection => {
      const key = sealKey(exportedKey, name, FLAGS);
      return { signKey: signKey(exportedKey, name), sealKey: key, stream: new Rc4(key), sequence: 0 };
    };
    this.#out = direction('client-to-server');
    this.#in = direction('server-to-client');
  }

  /** Signs clear text, as a mechListMIC does. */
  sign(message: Buffer): Buffer {
    return this.#signature(this.#out, message);
  }

  /** The signature that the host must give this clear text. */
  expected(message: Buffer): Buffer {
    return this.#signature(this.#in, message);
  }

  /** After an exchange of mechListMICs (MS-SPNG 3.3.5.1). */
  restartStreams(): void {
    for (const direction of [this.#out, this.#in]) direction.stream = new Rc4(direction.sealKey);
  }

  seal(plaintext: Buffer): { signature: Buffer; ciphertext: Buffer } {
    const ciphertext = this.#out.stream.transform(plaintext);
    return { ciphertext, signature: this.#signature(this.#out, plaintext) };
  }

  /** Throws when the reply was not sealed by the host, or not in this order. */
  open(signature: Buffer, ciphertext: Buffer): Buffer {
    const plaintext = this.#in.stream.transform(ciphertext);
    if (!timingSafeEqual(signature, this.#signature(this.#in, plaintext)))
      throw new Error('Reply cannot be opened');
    return plaintext;
  }

  #signature(direction: ClientDirection, plaintext: Buffer): Buffer {
    const sequence = Buffer.alloc(4);
    sequence.writeUInt32LE(direction.sequence++);
    const checksum = hmacMd5(direction.signKey, sequence, plaintext).subarray(0, 8);
    return Buffer.concat([Buffer.from([1, 0, 0, 0]), direction.stream.transform(checksum), sequence]);
  }
}
