import type { StoredRevision } from '../packages/domain/stored-package.js';
import type { Fault } from '../shared/errors.js';
import { type DeploymentId, newId, type TargetRunId, type WebhookId } from '../shared/ids.js';
import type { Compilation, CompiledRun } from './domain/compile-for-all.js';
import { initialRun } from './domain/new-run.js';
import { sealSecrets } from './domain/sealed-secrets.js';
import type { DeploymentEntity } from './persistence/deployment.entity.js';
import type { TargetRunEntity } from './persistence/target-run.entity.js';

/** How long after its order a run may still be started, when the order does not say. */
const DEFAULT_EXPIRY_MS = 24 * 3600 * 1000;

/** What a new deployment is made of. */
export interface NewDeployment {
  readonly stored: StoredRevision;
  readonly compilation: Extract<Compilation, { ok: true }>;
  readonly order: Pick<
    DeploymentEntity,
    'executor' | 'ticketSystem' | 'ticketId' | 'priority' | 'callbackUrl' | 'callbackWebhookId'
  >;
  readonly expiresAt: string | undefined;
  readonly now: Date;
  readonly masterKey: Buffer;
}

/** The row of a deployment that is ordered now. */
export function newDeployment(parts: NewDeployment): DeploymentEntity {
  const { stored, compilation, order, now } = parts;
  const id = newId<DeploymentId>();
  return {
    id,
    packageId: stored.packageId,
    packageName: stored.package.name,
    revision: stored.revision,
    runMode: stored.package.runMode,
    state: 'running',
    ...order,
    parameters: compilation.values,
    sealedSecrets: sealSecrets(id, compilation.secrets, parts.masterKey),
    expiresAt: parts.expiresAt ?? new Date(now.getTime() + DEFAULT_EXPIRY_MS).toISOString(),
    createdAt: now.toISOString(),
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
  };
}

/** The row of one run of it, waiting. */
export function newRun(
  deployment: DeploymentEntity,
  { targetRunId, asset, plan, rescan }: CompiledRun,
  rerunOf: TargetRunId | null = null,
): TargetRunEntity {
  const { id, packageName, revision, runMode, executor, priority, createdAt, expiresAt } = deployment;
  return {
    id: targetRunId,
    deploymentId: id,
    assetId: asset.id,
    assetName: asset.name,
    packageName,
    revision,
    runMode,
    executor,
    priority,
    rerunOf,
    plan,
    createdAt,
    expiresAt,
    ...initialRun(plan, createdAt, rescan),
  };
}

/** What is wrong with an order's `expiresAt`. */
export function expiryFaults(expiresAt: string | undefined, now: Date): Fault[] {
  if (expiresAt === undefined || expiresAt > now.toISOString()) return [];
  const detail = 'It has passed already: give an instant in the future';
  return [{ pointer: '/expiresAt', code: 'out-of-range', detail }];
}

/** What is wrong with an order's `callbackUrl`, of which a webhook covers it. */
export function callbackFaults(callbackUrl: string | undefined, webhookId: WebhookId | null): Fault[] {
  if (callbackUrl === undefined || webhookId !== null) return [];
  const detail =
    'It must belong to a registered webhook that is enabled: the same origin, its path or one below. An administrator registers one (POST /api/v1/webhooks)';
  return [{ pointer: '/callbackUrl', code: 'not-allowed', detail }];
}
