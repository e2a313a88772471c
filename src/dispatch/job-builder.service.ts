import { Inject, Injectable } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CredentialsService } from '../credentials/credentials.service.js';
import { unsealSecrets } from '../deployments/domain/sealed-secrets.js';
import type { DeploymentEntity } from '../deployments/persistence/deployment.entity.js';
import type { TargetRunEntity } from '../deployments/persistence/target-run.entity.js';
import type { JobPayload } from './domain/sealed-job.js';

/** Why no job can be made; the run ends as blocked with it. */
export interface JobRefusal {
  readonly reason: 'no-credential';
  readonly detail: string;
}

export type BuiltJob =
  { readonly ok: true; readonly payload: JobPayload } | { readonly ok: false; readonly refusal: JobRefusal };

/** Gathers everything that a worker needs to follow a run, the secrets among it. */
@Injectable()
export class JobBuilder {
  constructor(
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(CredentialsService) private readonly credentials: CredentialsService,
  ) {}

  async build(run: TargetRunEntity, deployment: DeploymentEntity): Promise<BuiltJob> {
    const asset = await this.assets.get(run.assetId);
    const credentials = await this.credentials.forAsset(run.assetId);
    if (credentials.length === 0) return { ok: false, refusal: noCredential(asset) };
    return {
      ok: true,
      payload: {
        ...positionOf(run),
        target: targetOf(asset),
        credentials: credentials.map(({ id, username, password }) => ({
          id,
          username,
          password: password.reveal(),
        })),
        secrets:
          run.state === 'finished'
            ? []
            : unsealSecrets(deployment, run.plan.secretNames, this.config.masterKey),
      },
    };
  }
}

function positionOf(run: TargetRunEntity) {
  return {
    mode: modeOf(run),
    targetRunId: run.id,
    epoch: run.epoch,
    startBefore: run.expiresAt,
    startedAt: run.startedAt,
    plan: run.plan,
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

function noCredential(asset: Asset): JobRefusal {
  return {
    reason: 'no-credential',
    detail: `No scanning credential opens ${asset.name}: add one whose scope holds this asset`,
  };
}
