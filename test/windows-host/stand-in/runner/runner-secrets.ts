import { constants, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto';

import { Bell } from '../bell.js';
import type { RunFolder } from '../run-folder.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import type { JournalWriter } from './journal-writer.js';

interface RunnerKey {
  readonly privateKey: KeyObject;
  readonly modulus: string;
  readonly exponent: string;
}

let sharedKey: RunnerKey | undefined;

/** One key for every simulated runner of this process: a real runner makes its own, which costs a second. */
function runnerKey(): RunnerKey {
  if (sharedKey === undefined) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    sharedKey = { privateKey, modulus: base64(n), exponent: base64(e) };
  }
  return sharedKey;
}

function base64(base64Url: string): string {
  return Buffer.from(base64Url, 'base64url').toString('base64');
}

export interface SecretsRequest {
  readonly standIn: StandIn;
  readonly process: SimulatedProcess;
  readonly folder: RunFolder;
  readonly journal: JournalWriter;
  readonly names: readonly string[];
}

/** Asks for the secrets and returns them as environment variables; undefined when none came in time. */
export async function receiveSecrets(request: SecretsRequest): Promise<Record<string, string> | undefined> {
  const { names, journal, folder } = request;
  if (names.length === 0) return {};
  const { modulus, exponent } = runnerKey();
  journal.write({ type: 'secrets.requested', modulus, exponent });
  const answer = await waitForAnswer(request);
  folder.delete('secrets.bin');
  return answer === undefined ? undefined : decrypted(names, answer);
}

async function waitForAnswer({ standIn, process, folder }: SecretsRequest): Promise<string | undefined> {
  const bell = new Bell();
  const stop = folder.watch(() => bell.ring());
  const deadline = performance.now() + standIn.settings.secretsWaitMs;
  try {
    for (;;) {
      const answer = folder.read('secrets.bin');
      const remainingMs = deadline - performance.now();
      if (answer !== undefined || remainingMs <= 0 || folder.has('cancel')) return answer;
      await process.hear(bell, remainingMs);
    }
  } finally {
    stop();
  }
}

function decrypted(names: readonly string[], answer: string): Record<string, string> {
  const lines = answer.split('\n');
  return Object.fromEntries(names.map((name, index) => [name, decryptLine(lines[index] ?? '')]));
}

function decryptLine(line: string): string {
  const key = { key: runnerKey().privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  return Buffer.concat(
    line.split(',').map((block) => privateDecrypt(key, Buffer.from(block, 'base64'))),
  ).toString();
}
