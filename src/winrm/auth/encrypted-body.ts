/** What travels in a `multipart/encrypted` body ([MS-WSMV] 2.2.9.1). */
export interface EncryptedBody {
  /** Media type of the plaintext. */
  readonly contentType: string;
  readonly signature: Buffer;
  readonly ciphertext: Buffer;
}

/** The body does not have the framing of [MS-WSMV] 2.2.9.1. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

const PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';
const BOUNDARY = 'Encrypted Boundary';
/** Far above any head that was seen (250 bytes) and any signature (76 bytes, Kerberos). */
const MAX_HEAD_BYTES = 1_024;
const MAX_SIGNATURE_BYTES = 1_024;

/** The media type of a sealed HTTP body. */
export const ENCRYPTED_CONTENT_TYPE = `multipart/encrypted;protocol="${PROTOCOL}";boundary="${BOUNDARY}"`;

// A TAB missing (Ruby) and a blank after the dashes (the specification's own text) are tolerated.
const HEAD = new RegExp(
  `^-- ?${BOUNDARY}\r\n\t?Content-Type: ${PROTOCOL}\r\n` +
    `\t?OriginalContent: type=([^\r\n]+);\\s*Length=(\\d{1,9})\r\n` +
    `-- ?${BOUNDARY}\r\n\t?Content-Type: application/octet-stream\r\n`,
  'i',
);
const TAIL = new RegExp(`^-- ?${BOUNDARY}(--)?(\r\n)?$`);

/** Is this the media type of a sealed body? */
export const isEncrypted = (contentType: string): boolean =>
  /^\s*multipart\/encrypted\s*(;|$)/i.test(contentType);

/** Frames a sealed message as Windows does: no blank lines, no line break before the closing delimiter. */
export const encodeEncryptedBody = ({ contentType, signature, ciphertext }: EncryptedBody): Buffer => {
  const signatureLength = Buffer.alloc(4);
  signatureLength.writeUInt32LE(signature.length);
  const head =
    `--${BOUNDARY}\r\n\tContent-Type: ${PROTOCOL}\r\n` +
    `\tOriginalContent: type=${contentType};Length=${ciphertext.length}\r\n` +
    `--${BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), signatureLength, signature, ciphertext, CLOSING]);
};

const CLOSING = Buffer.from(`--${BOUNDARY}--\r\n`, 'latin1');

/**
 * Takes a sealed body apart by its lengths, never by searching: ciphertext may hold the boundary or any line break.
 * Throws FramingError.
 */
export const decodeEncryptedBody = (body: Buffer): EncryptedBody => {
  const head = HEAD.exec(body.toString('latin1', 0, MAX_HEAD_BYTES));
  if (!head) throw new FramingError('The sealed body does not begin with its two part headers');
  const [text, contentType = '', length] = head;
  const payload = body.subarray(text.length);
  const signatureLength = payload.length < 4 ? 0 : payload.readUInt32LE(0);
  const ciphertextEnd = 4 + signatureLength + Number(length);
  if (signatureLength === 0 || signatureLength > MAX_SIGNATURE_BYTES || ciphertextEnd > payload.length) {
    throw new FramingError('The sealed body is shorter than its lengths say');
  }
  if (!TAIL.test(payload.toString('latin1', ciphertextEnd))) {
    throw new FramingError('The sealed body is longer than its lengths say');
  }
  const signature = payload.subarray(4, 4 + signatureLength);
  return { contentType, signature, ciphertext: payload.subarray(4 + signatureLength, ciphertextEnd) };
};
