import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { WinchError } from '../../shared/errors.js';

/** A sealed text cannot be opened: another master key, another row, or damage. */
export class SealError extends WinchError {
  readonly code = 'seal-broken';
  override readonly logLevel = 'error';
}

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Which master key sealed a text, in 8 characters that tell nothing about the key. */
export function keyIdOf(masterKey: Buffer): string {
  return createHash('sha256').update('winch/key-id/v1').update(masterKey).digest('hex').slice(0, 8);
}

/**
 * Seals a text with AES-256-GCM under a key derived from the master key (NIST SP 800-38D). `rowId` is associated data:
 * a sealed text that is copied into another row does not open there. The answer is `v1.<key id>.<Base64url of iv, tag
 * and ciphertext>`; the key id lets a rotation find what is still sealed with an old key.
 */
export function sealText(text: string, masterKey: Buffer, rowId: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(masterKey), iv);
  cipher.setAAD(Buffer.from(rowId, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const packed = Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64url');
  return [VERSION, keyIdOf(masterKey), packed].join('.');
}

/**
 * Opens what `sealText` made for the same row.
 *
 * @throws SealError which says whether the master key is another one or the text is damaged.
 */
export function unsealText(sealed: string, masterKey: Buffer, rowId: string): string {
  const packed = packedPart(sealed, masterKey, rowId);
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(masterKey), packed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(rowId, 'utf8'));
  decipher.setAuthTag(packed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(packed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      'utf8',
    );
  } catch (cause) {
    throw new SealError(`The secret of ${rowId} is damaged or belongs to another row: set it again`, {
      cause,
    });
  }
}

function packedPart(sealed: string, masterKey: Buffer, rowId: string): Buffer {
  const [version, keyId, packed = ''] = sealed.split('.');
  if (version !== VERSION) throw new SealError(`The secret of ${rowId} has an unknown form: set it again`);
  if (keyId !== keyIdOf(masterKey)) {
    throw new SealError(
      `The secret of ${rowId} was sealed with master key ${keyId}, this is ${keyIdOf(masterKey)}: restore the key file from your backup`,
    );
  }
  const bytes = Buffer.from(packed, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES)
    throw new SealError(`The secret of ${rowId} is cut short: set it again`);
  return bytes;
}

/** One key per purpose: what seals rows is not what seals jobs. */
function sealingKey(masterKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), 'winch/seal/v1', 32));
}
