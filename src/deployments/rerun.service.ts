import { Inject, Injectable } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { StoredRevision } from '../packages/domain/stored-package.js';
import { PackagesService } from '../packages/packages.service.js';
import { Bells } from '../recording/domain/bells.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, type Fault, ValidationError } from '../shared/errors.js';
import { SharesService } from '../shares/shares.service.js';
import { type Compilation, compileForAll, type CompiledRun } from './domain/compile-for-all.js';
import { PLAIN_ROLLOUT } from './domain/deployment-order.js';
import { isSelected, rerunParameters, type RerunOrder, rerunStart } from './domain/rerun.js';
import { type Deployment, DeploymentsService } from './deployments.service.js';
import { newDeployment, newRun, rolloutFaults } from './new-deployment.js';
import type { TargetRunEntity } from './persistence/target-run.entity.js';
import { DeploymentStore, type FinishedRow } from './persistence/deployment-store.js';

type Compiled = Extract<Compilation, { ok: true }>;

/** An earlier run with its asset as it is today. */
interface Candidate {
  readonly earlier: FinishedRow;
  readonly asset: Asset;
}

/** Runs the finished runs of a deployment again: new runs of a new deployment, each with `rerunOf`. */
@Injectable()
export class RerunService {
  constructor(
    @Inject(DeploymentStore) private readonly store: DeploymentStore,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(PackagesService) private readonly packages: PackagesService,
    @Inject(SharesService) private readonly shares: SharesService,
    @Inject(Bells) private readonly bells: Bells,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Orders the same revision with the same parameters, ticket, callback, priority and concurrency for the selected runs' assets. Runs that
   * have not finished are left alone, and so are retired assets.
   *
   * @throws NotFoundError; ConflictError `nothing-to-rerun` or `archived`; ValidationError with every fault.
   */
  async rerun(id: string, order: RerunOrder, executor: string): Promise<Deployment> {
    const earlier = await this.deployments.get(id);
    const candidates = await this.#candidates(earlier, order);
    const stored = await this.#revision(earlier);
    const compilation = await this.#compile(earlier, { stored, order, candidates });
    const { ticketSystem, ticketId, callbackUrl, callbackWebhookId, priority, concurrency } = earlier;
    const deployment = newDeployment({
      stored,
      compilation,
      order: { executor, ticketSystem, ticketId, callbackUrl, callbackWebhookId },
      rollout: {
        ...PLAIN_ROLLOUT,
        priority,
        concurrency: concurrency ?? undefined,
        expiresAt: order.expiresAt,
      },
      now: this.clock.now(),
      masterKey: this.config.masterKey,
    });
    const byAsset = new Map(candidates.map((candidate) => [candidate.asset.id, candidate.earlier]));
    const runs = compilation.runs.map((run) => rerunOf(deployment, run, { order, byAsset }));
    await this.store.insert(deployment, runs);
    this.bells.ring({ id: deployment.id, deploymentId: deployment.id, state: 'waiting' });
    return deployment;
  }

  async #candidates(earlier: Deployment, order: RerunOrder): Promise<readonly Candidate[]> {
    const finished = await this.store.finishedRuns(earlier.id);
    const selected = finished.filter((run) => isSelected(run, order));
    const assets = await this.assets.getMany(selected.map((run) => run.assetId));
    const active = new Map(
      assets.filter((asset) => asset.state === 'active').map((asset) => [asset.id, asset]),
    );
    const candidates = selected.flatMap((run) => {
      const asset = active.get(run.assetId);
      return asset ? [{ earlier: run, asset }] : [];
    });
    if (candidates.length > 0) return candidates;
    throw new ConflictError(nothingToRerun(finished.length, selected.length, order), 'nothing-to-rerun');
  }

  async #revision(earlier: Deployment): Promise<StoredRevision> {
    const { summary, stored } = await this.packages.get(earlier.packageId, earlier.revision);
    if (summary.state === 'active') return stored;
    throw new ConflictError(`The package ${summary.name} is archived and takes no deployment`, 'archived');
  }

  async #compile(
    earlier: Deployment,
    {
      stored,
      order,
      candidates,
    }: {
      readonly stored: StoredRevision;
      readonly order: RerunOrder;
      readonly candidates: readonly Candidate[];
    },
  ): Promise<Compiled> {
    const given = rerunParameters(stored.package.parameters, earlier.parameters, order.parameters);
    const faults = [
      ...(given.ok ? [] : given.faults),
      ...rolloutFaults({ expiresAt: order.expiresAt }, this.clock.now()),
    ];
    if (!given.ok || faults.length > 0) throw invalid(faults);
    const assets = candidates.map((candidate) => candidate.asset);
    const shares = await this.shares.forAssets(assets);
    const compilation = compileForAll(stored, { assets, shares }, given.parameters);
    if (compilation.ok) return compilation;
    throw invalid(compilation.faults);
  }
}

function rerunOf(
  deployment: Deployment,
  run: CompiledRun,
  { order, byAsset }: { readonly order: RerunOrder; readonly byAsset: ReadonlyMap<string, FinishedRow> },
): TargetRunEntity {
  const earlier = byAsset.get(run.asset.id);
  if (!earlier) throw new Error(`A run was compiled for ${run.asset.name}, which had none before`);
  const plan = { ...run.plan, start: rerunStart(run.plan, earlier, order.from) };
  return newRun(deployment, { ...run, plan }, { rerunOf: earlier.id, wave: 0 });
}

function nothingToRerun(finished: number, selected: number, { failureReasons }: RerunOrder): string {
  if (finished === 0) return 'No run of the deployment has finished yet: only finished runs are run again';
  if (selected === 0 && failureReasons !== undefined)
    return `None of the ${finished} finished runs ended for ${failureReasons.join(' or ')}`;
  if (selected === 0)
    return `Each of the ${finished} finished runs was a success: "only": "all" runs them again`;
  return `The assets of all ${selected} runs are retired: set their state to active first`;
}

function invalid(faults: readonly Fault[]): ValidationError {
  return new ValidationError('The rerun breaks one or more rules: see errors', faults);
}
