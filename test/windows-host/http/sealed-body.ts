import { SealMismatch, SIGNATURE_LENGTH, type NtlmSecurity } from '../auth/ntlm-security.js';

/** The media type of a sealed message (MS-WSMV 2.2.9.1.1), as Windows writes it. */
export const SEALED_CONTENT_TYPE =
  'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';

export const SOAP_CONTENT_TYPE = 'application/soap+xml;charset=UTF-8';

/** `- Encrypted Boundary` with a space is Exchange's form, and the specification's. */
const DELIMITER = /^-- ?Encrypted Boundary/;
const ORIGINAL_CONTENT = /OriginalContent:[^\r\n]*?(?:charset=([^;\r\n]+))?;\s*Length=(\d+)/i;
const SECOND_HEADER = /Content-Type: application\/octet-stream\r\n/i;
/** Both part headers fit into this. */
const HEAD_BYTES = 1024;

export interface OpenedBody {
  readonly bytes: Buffer;
  readonly charset: string | null;
}

/** Whether a Content-Type announces a sealed message. */
export function isSealed(contentType: string | undefined): boolean {
  return contentType !== undefined && /^multipart\/(x-multi-)?encrypted/i.test(contentType);
}

/**
 * Opens a sealed message (MS-WSMV 2.2.9.1.1.1). It is taken apart by its lengths alone: the ciphertext may
 * hold the boundary. Throws SealMismatch when the framing, the length or the seal is wrong.
 */
export function openBody(body: Buffer, security: NtlmSecurity): OpenedBody {
  const head = body.subarray(0, HEAD_BYTES).toString('latin1');
  const original = ORIGINAL_CONTENT.exec(head);
  const second = SECOND_HEADER.exec(head);
  if (!DELIMITER.test(head) || original === null || second === null)
    throw new SealMismatch('No sealed message');
  const length = Number(original[2]);
  const start = second.index + second[0].length;
  if (body.length < start + 4 + SIGNATURE_LENGTH + length)
    throw new SealMismatch('Sealed message is too short');
  if (body.readUInt32LE(start) !== SIGNATURE_LENGTH) throw new SealMismatch('Signature length is not 16');
  const signature = body.subarray(start + 4, start + 4 + SIGNATURE_LENGTH);
  const ciphertext = body.subarray(start + 4 + SIGNATURE_LENGTH, start + 4 + SIGNATURE_LENGTH + length);
  requireClosing(body.subarray(start + 4 + SIGNATURE_LENGTH + length));
  return { bytes: security.unseal(signature, ciphertext), charset: original[1] ?? null };
}

/** Seals a reply into the exact bytes that Windows was seen to send. */
export function sealBody(plaintext: Buffer, security: NtlmSecurity): Buffer {
  const { signature, ciphertext } = security.seal(plaintext);
  const signatureLength = Buffer.alloc(4);
  signatureLength.writeUInt32LE(signature.length);
  const head =
    '--Encrypted Boundary\r\n' +
    '\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
    `\tOriginalContent: type=${SOAP_CONTENT_TYPE};Length=${plaintext.length}\r\n` +
    '--Encrypted Boundary\r\n' +
    '\tContent-Type: application/octet-stream\r\n';
  const end = Buffer.from('--Encrypted Boundary--\r\n', 'latin1');
  return Buffer.concat([Buffer.from(head, 'latin1'), signatureLength, signature, ciphertext, end]);
}

/** Text of a SOAP body in the charset that its type announces. */
export function decodeText(bytes: Buffer, charset: string | null): string {
  return /utf-?16/i.test(charset ?? '')
    ? bytes.toString('utf16le').replace(/^\ufeff/, '')
    : bytes.toString('utf8');
}

function requireClosing(rest: Buffer): void {
  if (!DELIMITER.test(rest.subarray(0, 32).toString('latin1')))
    throw new SealMismatch('OriginalContent length is wrong');
}
