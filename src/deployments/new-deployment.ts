import type { StoredRevision } from '../packages/domain/stored-package.js';
import type { Fault } from '../shared/errors.js';
import { type DeploymentId, newId, type ShareId, type TargetRunId, type WebhookId } from '../shared/ids.js';
import type { Compilation, CompiledRun } from './domain/compile-for-all.js';
import type { Rollout } from './domain/deployment-order.js';
import { initialRun } from './domain/new-run.js';
import { sealSecrets } from './domain/sealed-secrets.js';
import type { WindowOverride } from './domain/window-override.js';
import type { Wave } from './domain/waves.js';
import type { DeploymentEntity } from './persistence/deployment.entity.js';
import type { TargetRunEntity } from './persistence/target-run.entity.js';

/** How long after its order, or after its `notBefore`, a run may still be started, when the order does not say. */
const DEFAULT_EXPIRY_MS = 24 * 3600 * 1000;

/** What a new deployment is made of. */
export interface NewDeployment {
  readonly stored: StoredRevision;
  readonly compilation: Extract<Compilation, { ok: true }>;
  readonly order: Pick<
    DeploymentEntity,
    'executor' | 'ticketSystem' | 'ticketId' | 'callbackUrl' | 'callbackWebhookId'
  >;
  readonly rollout: Rollout;
  readonly now: Date;
  readonly masterKey: Buffer;
}

/** The row of a deployment that is ordered now. */
export function newDeployment(parts: NewDeployment): DeploymentEntity {
  const { stored, compilation, order, rollout, now } = parts;
  const id = newId<DeploymentId>();
  const notBefore = laterThan(now, rollout.notBefore);
  return {
    id,
    packageId: stored.packageId,
    packageName: stored.package.name,
    revision: stored.revision,
    runMode: stored.package.runMode,
    state: notBefore === null ? 'running' : 'scheduled',
    ...order,
    parameters: compilation.values,
    sealedSecrets: sealSecrets(id, compilation.secrets, parts.masterKey),
    priority: rollout.priority,
    concurrency: rollout.concurrency ?? null,
    waves: rollout.waves.length > 0 ? rollout.waves : null,
    openWave: 0,
    haltAtFailurePercent: rollout.haltAtFailurePercent ?? null,
    failuresFrom: null,
    expectedDurationSeconds: rollout.expectedDurationSeconds ?? stored.package.maxDurationSeconds,
    windowOverride: overrideOf(rollout, { by: order.executor, at: now.toISOString() }),
    pausedAt: null,
    pausedBy: null,
    pauseReason: null,
    notBefore,
    expiresAt: rollout.expiresAt ?? defaultExpiry(notBefore ?? now.toISOString()),
    createdAt: now.toISOString(),
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    lastReleasedAt: null,
  };
}

function overrideOf(
  { overrideWindows: reason }: Rollout,
  who: Omit<WindowOverride, 'reason'>,
): WindowOverride | null {
  return reason === undefined ? null : { ...who, reason };
}

/** A `notBefore` that has passed already holds nothing back. */
function laterThan(now: Date, instant: string | undefined): string | null {
  return instant !== undefined && instant > now.toISOString() ? instant : null;
}

function defaultExpiry(from: string): string {
  return new Date(Date.parse(from) + DEFAULT_EXPIRY_MS).toISOString();
}

/** The run before a rerun, null when it is none; and the wave that a run belongs to. */
interface Standing {
  readonly rerunOf: TargetRunId | null;
  readonly wave: number;
}

/** The row of one run of it, waiting. */
export function newRun(
  deployment: DeploymentEntity,
  { targetRunId, asset, plan, rescan }: CompiledRun,
  { rerunOf, wave }: Standing,
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
    wave,
    plan,
    shareId: (plan.share?.id ?? null) as ShareId | null,
    createdAt,
    expiresAt,
    ...initialRun(plan, createdAt, rescan),
  };
}

/** What is wrong with when an order's runs may begin. */
export function rolloutFaults({ notBefore, expiresAt, waves = [] }: Partial<Rollout>, now: Date): Fault[] {
  return [...expiryFaults({ notBefore, expiresAt }, now), ...waves.flatMap(waveFaults)];
}

function expiryFaults(
  { notBefore, expiresAt }: Pick<Rollout, 'notBefore' | 'expiresAt'>,
  now: Date,
): Fault[] {
  if (expiresAt === undefined) return [];
  const pointer = '/expiresAt';
  const code = 'out-of-range';
  if (expiresAt <= now.toISOString())
    return [{ pointer, code, detail: 'It has passed already: give an instant in the future' }];
  if (notBefore === undefined || notBefore < expiresAt) return [];
  return [{ pointer, code, detail: 'It is not after notBefore: no run could begin' }];
}

function waveFaults({ count, percent }: Wave, index: number): Fault[] {
  const pointer = `/waves/${index}`;
  if (count !== undefined && percent !== undefined)
    return [{ pointer, code: 'not-allowed', detail: 'Give count or percent, not both' }];
  if (count !== undefined || percent !== undefined) return [];
  return [{ pointer, code: 'missing-field', detail: 'Give count or percent: how many runs are in it' }];
}

/** What is wrong with an order's `callbackUrl`, of which a webhook covers it. */
export function callbackFaults(callbackUrl: string | undefined, webhookId: WebhookId | null): Fault[] {
  if (callbackUrl === undefined || webhookId !== null) return [];
  const detail =
    'It must belong to a registered webhook that is enabled: the same origin, its path or one below. An administrator registers one (POST /api/v1/webhooks)';
  return [{ pointer: '/callbackUrl', code: 'not-allowed', detail }];
}
