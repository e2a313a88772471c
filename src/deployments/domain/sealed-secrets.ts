import { z } from 'zod';
import { sealText, unsealText } from '../../credentials/domain/seal.js';

/** The secret parameters of a deployment by environment variable (`WINCH_<NAME>`), sealed to its id. */
export interface SecretHolder {
  readonly id: string;
  readonly sealedSecrets: string | null;
}

const secretsSchema = z.record(z.string(), z.string());

/** Seals the secrets of a new deployment; null when it has none. */
export function sealSecrets(
  deploymentId: string,
  secrets: Readonly<Record<string, string>>,
  masterKey: Buffer,
): string | null {
  if (Object.keys(secrets).length === 0) return null;
  return sealText(JSON.stringify(secrets), masterKey, deploymentId);
}

/** The values of `names`, in that order; empty text for one that the deployment no longer holds. */
export function unsealSecrets(holder: SecretHolder, names: readonly string[], masterKey: Buffer): string[] {
  if (names.length === 0 || holder.sealedSecrets === null) return names.map(() => '');
  const secrets = secretsSchema.parse(JSON.parse(unsealText(holder.sealedSecrets, masterKey, holder.id)));
  return names.map((name) => secrets[name] ?? '');
}
