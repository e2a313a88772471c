import { Inject, Injectable } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CredentialsService, type OpenCredential } from '../credentials/credentials.service.js';
import { lastGoodFirst } from '../credentials/domain/credential.js';
import { unsealSecrets } from '../deployments/domain/sealed-secrets.js';
import type { DeploymentEntity } from '../deployments/persistence/deployment.entity.js';
import type { TargetRunEntity } from '../deployments/persistence/target-run.entity.js';
import { mayBeOnTarget } from '../recording/domain/projection.js';
import { AssetContacts } from '../recording/asset-contacts.service.js';
import { LogonRefusals } from '../recording/logon-refusals.service.js';
import { type ExecutionPlan, SHARE_PASSWORD } from '../packages/domain/execution-plan.js';
import { SharesService } from '../shares/shares.service.js';
import type { AssetId } from '../shared/ids.js';
import type { JobPayload, ScanPayload } from './domain/sealed-job.js';

/** Why no job can be made; the run ends as blocked with it. */
export interface JobRefusal {
  readonly reason: 'no-credential' | 'logon-held-back' | 'asset-gone' | 'share-credential-missing';
  readonly detail: string;
}

type JobCredential = JobPayload['credentials'][number];

export type Built<Payload> =
  { readonly ok: true; readonly payload: Payload } | { readonly ok: false; readonly refusal: JobRefusal };
export type BuiltJob = Built<JobPayload>;

/** A scan that is to be made. */
export interface ScanOrder {
  readonly scanId: string;
  readonly epoch: number;
  readonly assetId: AssetId;
}

/** Gathers everything that a worker needs to follow a run, the secrets among it. */
@Injectable()
export class JobBuilder {
  constructor(
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(CredentialsService) private readonly credentials: CredentialsService,
    @Inject(SharesService) private readonly shares: SharesService,
    @Inject(AssetContacts) private readonly contacts: AssetContacts,
    @Inject(LogonRefusals) private readonly refusals: LogonRefusals,
  ) {}

  async build(run: TargetRunEntity, deployment: DeploymentEntity): Promise<BuiltJob> {
    const [asset] = await this.assets.getMany([run.assetId]);
    if (!asset) return { ok: false, refusal: removed(run) };
    const credentials = await this.#credentialsFor(asset);
    if (credentials.length === 0) return { ok: false, refusal: noCredential(asset) };
    // Where the target may hold something of it, the worker waits for a credential rather than give the run up.
    const usable = mayBeOnTarget(run) ? credentials : credentials.filter(isFree);
    if (usable.length === 0) return { ok: false, refusal: heldBack(asset, credentials) };
    const share = await this.#openShare(run);
    if (share === null && !mayBeOnTarget(run))
      return { ok: false, refusal: shareCredentialMissing(asset, run) };
    const secrets = run.state === 'finished' ? [] : this.#secretsOf(run, deployment, share);
    const plan = share ? withShareUser(run.plan, share.username) : run.plan;
    return {
      ok: true,
      payload: { ...positionOf(run), plan, target: targetOf(asset), credentials: usable, secrets },
    };
  }

  /** A scan that waits loses nothing: it is refused while every credential is held back. @throws NotFoundError */
  async buildScan({ scanId, epoch, assetId }: ScanOrder): Promise<Built<ScanPayload>> {
    const asset = await this.assets.get(assetId);
    if (asset.state === 'retired') return { ok: false, refusal: retired(asset) };
    const credentials = await this.#credentialsFor(asset);
    if (credentials.length === 0) return { ok: false, refusal: noCredential(asset) };
    const usable = credentials.filter(isFree);
    if (usable.length === 0) return { ok: false, refusal: heldBack(asset, credentials) };
    return {
      ok: true,
      payload: { mode: 'scan', scanId, epoch, target: targetOf(asset), credentials: usable },
    };
  }

  /** The share's credential as it is today; null when it is gone, undefined when the run needs none. */
  async #openShare({ plan, state }: TargetRunEntity): Promise<OpenCredential | null | undefined> {
    if (state === 'finished' || !plan.secretNames.includes(SHARE_PASSWORD)) return undefined;
    return plan.share && this.shares.openCredential(plan.share.id);
  }

  /** The values of the plan's secrets, in their order. */
  #secretsOf(
    { plan }: TargetRunEntity,
    deployment: DeploymentEntity,
    share: OpenCredential | null | undefined,
  ): string[] {
    const values = unsealSecrets(deployment, plan.secretNames, this.config.masterKey);
    return plan.secretNames.map((name, index) =>
      name === SHARE_PASSWORD ? (share?.password.reveal() ?? '') : (values[index] ?? ''),
    );
  }

  /** All that may open the asset, the one that did so last before the others, each with the instant before which it is not to be tried. */
  async #credentialsFor(asset: Asset): Promise<JobCredential[]> {
    const credentials = await this.credentials.forAsset(asset);
    const lastGood = await this.contacts.lastCredential(asset.id);
    const held = await this.refusals.heldBack(asset.id, credentials);
    return lastGoodFirst(credentials, lastGood).map(({ id, username, password, version }) => ({
      id,
      username,
      password: password.reveal(),
      version,
      heldBackUntil: held.get(id) ?? null,
    }));
  }
}

function isFree({ heldBackUntil }: JobCredential): boolean {
  return heldBackUntil === null;
}

function positionOf(run: TargetRunEntity) {
  return {
    mode: modeOf(run),
    targetRunId: run.id,
    epoch: run.epoch,
    startBefore: run.expiresAt,
    startedAt: run.startedAt,
    mayHaveStarted: mayBeOnTarget(run),
    journalOffset: run.journalOffset,
    runnerSeq: run.runnerSeq,
    walk: run.walk,
  };
}

function modeOf({ state, runnerSeq }: TargetRunEntity): JobPayload['mode'] {
  if (state === 'finished') return 'cleanup';
  // Once SQL holds any word of the runner, nothing may start any more (DESIGN section 7).
  return runnerSeq > 0 ? 'follow' : 'start';
}

function targetOf(asset: Asset): JobPayload['target'] {
  return {
    name: asset.name,
    address: asset.address,
    port: asset.port,
    transport: asset.transport,
    tlsVerify: asset.tlsVerify,
    tlsFingerprint: asset.tlsFingerprint,
    authentication: asset.authentication,
  };
}

function heldBack(asset: Asset, credentials: readonly JobCredential[]): JobRefusal {
  const names = credentials.map(({ username }) => username).join(', ');
  const until = credentials.map(({ heldBackUntil }) => heldBackUntil ?? '').toSorted(byText)[0] ?? '';
  return {
    reason: 'logon-held-back',
    detail: `${asset.name} refused the logon of ${names} a short while ago: it may be tried again at ${until}, or at once with another password`,
  };
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}

/** An order that was taken while the asset was being removed. */
function removed({ assetName }: TargetRunEntity): JobRefusal {
  return { reason: 'asset-gone', detail: `${assetName} was removed while it was ordered to` };
}

function retired(asset: Asset): JobRefusal {
  return { reason: 'asset-gone', detail: `${asset.name} was retired before it was scanned` };
}

function noCredential(asset: Asset): JobRefusal {
  return {
    reason: 'no-credential',
    detail: `No scanning credential opens ${asset.name}: add one whose scope holds this asset`,
  };
}

/** Another user name may have been set since the order: it goes with the password. */
function withShareUser(plan: ExecutionPlan, username: string): ExecutionPlan {
  return { ...plan, share: plan.share && { ...plan.share, username } };
}

function shareCredentialMissing(asset: Asset, { plan }: TargetRunEntity): JobRefusal {
  return {
    reason: 'share-credential-missing',
    detail: `${asset.name} uses the package share ${plan.share?.unc ?? ''}, whose credential was removed after the order`,
  };
}
