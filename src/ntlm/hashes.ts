import { createHash, createHmac, type KeyObject } from 'node:crypto';
import md4Implementation from 'js-md4';

/** MD4 (RFC 1320). OpenSSL 3 has it only in its legacy provider. */
export const md4 = (message: Uint8Array): Buffer => Buffer.from(md4Implementation.arrayBuffer(message));

/** MD5 (RFC 1321). */
export const md5 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** HMAC-MD5 (RFC 2104) over the concatenation of `parts`. Use a KeyObject for a key that serves many messages. */
export const hmacMd5 = (key: Uint8Array | KeyObject, ...parts: Uint8Array[]): Buffer => {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};
