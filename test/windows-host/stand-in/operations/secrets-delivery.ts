import { constants, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto';

import { type JournalEvent, parseJournalLine } from '../../../../src/target/journal.js';
import type { RunFolder } from '../run-folder.js';
import type { OperationContext } from './operation.js';

/** What RSA-OAEP with SHA-1 takes at most under a 2048-bit key is 214 bytes; the contract says 190. */
const CHUNK_BYTES = 190;

/**
 * Answers `secrets.requested` by `secrets.bin` while the runner waits for it, wherever in the journal the
 * request stands: it may lie before the offset when the follow that recorded it was lost. A follow without the
 * secrets does nothing.
 */
export function deliverSecrets({ folder, secrets }: OperationContext, secretNames: readonly string[]): void {
  if (secretNames.length === 0 || secrets.length !== secretNames.length || folder.has('secrets.bin')) return;
  const request = pendingRequest(folder);
  if (request === undefined) return;
  const key = publicKey(request.modulus, request.exponent);
  folder.write('secrets.bin', secrets.map((secret) => `${encrypted(key, secret)}\n`).join(''));
}

type SecretsRequest = Extract<JournalEvent, { type: 'secrets.requested' }>;

/** The request is the journal's first line and is pending while it is also the last. */
function pendingRequest(folder: RunFolder): SecretsRequest | undefined {
  const [line = '', rest] = (folder.read('journal.jsonl') ?? '').split('\n', 2);
  const parsed = parseJournalLine(line);
  if (rest !== '' || !parsed.ok || parsed.event.type !== 'secrets.requested') return undefined;
  return parsed.event;
}

function publicKey(modulus: string, exponent: string): KeyObject {
  const jwk = { kty: 'RSA', n: base64Url(modulus), e: base64Url(exponent) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

function base64Url(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64url');
}

function encrypted(key: KeyObject, secret: string): string {
  return chunksOf(Buffer.from(secret))
    .map((chunk) =>
      publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, chunk),
    )
    .map((block) => block.toString('base64'))
    .join(',');
}

/** An empty value is one empty chunk, so that it still has its line. */
function chunksOf(bytes: Buffer): Buffer[] {
  const chunks = [bytes.subarray(0, CHUNK_BYTES)];
  for (let at = CHUNK_BYTES; at < bytes.length; at += CHUNK_BYTES)
    chunks.push(bytes.subarray(at, at + CHUNK_BYTES));
  return chunks;
}
