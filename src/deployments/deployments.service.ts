import { Inject, Injectable } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { ListRequest, Page } from '../database/page.js';
import { resolveParameters } from '../packages/domain/parameters.js';
import { PackagesService } from '../packages/packages.service.js';
import { Bells } from '../recording/domain/bells.js';
import type { Clock } from '../shared/clock.js';
import { type Fault, NotFoundError, ValidationError } from '../shared/errors.js';
import { SharesService } from '../shares/shares.service.js';
import type { AssetId, DeploymentId, PackageId } from '../shared/ids.js';
import { compileForAll, type CompiledRun } from './domain/compile-for-all.js';
import type { DeploymentOrder } from './domain/deployment-order.js';
import { WebhooksService } from '../webhooks/webhooks.service.js';
import { wavesOf } from './domain/waves.js';
import { TargetResolver } from './target-resolver.js';
import { callbackFaults, newDeployment, newRun, rolloutFaults } from './new-deployment.js';
import type { DeploymentEntity } from './persistence/deployment.entity.js';
import {
  type Alongside,
  type Count,
  DeploymentStore,
  type DeploymentFilter,
  type LogFilter,
  type RunFilter,
} from './persistence/deployment-store.js';
import type { TargetRunEntity } from './persistence/target-run.entity.js';

export type Deployment = DeploymentEntity;
export type TargetRun = TargetRunEntity;
export type { Alongside, Count, DeploymentFilter, LogFilter, RunFilter };

/** What a deployment would do: the assets it reaches, each once. */
interface Reach {
  readonly deployment: DeploymentEntity;
  readonly compiled: readonly CompiledRun[];
}

/** Deployments: takes orders, resolves and compiles them at once, and answers what became of them. */
@Injectable()
export class DeploymentsService {
  constructor(
    @Inject(DeploymentStore) private readonly store: DeploymentStore,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(TargetResolver) private readonly targets: TargetResolver,
    @Inject(PackagesService) private readonly packages: PackagesService,
    @Inject(SharesService) private readonly shares: SharesService,
    @Inject(WebhooksService) private readonly webhooks: WebhooksService,
    @Inject(Bells) private readonly bells: Bells,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.assets.addUse((id) => this.store.hasRuns(id));
  }

  /**
   * Takes an order: stores the deployment and a waiting TargetRun per asset, or nothing.
   *
   * @throws ValidationError with every fault at once, pointers into the order.
   */
  async create(order: DeploymentOrder, executor: string, alongside?: Alongside): Promise<Deployment> {
    const { deployment, compiled } = await this.#reach(order, executor);
    const waves = wavesOf(order.rollout.waves, compiled.length);
    const runs = compiled.map((run, index) =>
      newRun(deployment, run, { rerunOf: null, wave: waves[index] ?? 0 }),
    );
    await this.store.insert(deployment, runs, alongside);
    this.bells.ring({ id: deployment.id, deploymentId: deployment.id, state: 'waiting' });
    return deployment;
  }

  /** Checks an order as `create` does and answers the assets that it would reach. Stores nothing. */
  async preview(order: DeploymentOrder, executor: string): Promise<readonly Asset[]> {
    return (await this.#reach(order, executor)).compiled.map((run) => run.asset);
  }

  /** Every fault of an order but that nothing is left to deploy to: what a schedule is checked for when it is written. */
  async check(order: DeploymentOrder): Promise<readonly Fault[]> {
    const revision = await this.packages.findRevision(order.package, order.revision);
    const { faults } = await this.targets.resolve(order);
    if (!revision.ok) return [...revision.faults, ...faults];
    const parameters = resolveParameters(revision.stored.package.parameters, order.parameters);
    return [...faults, ...(parameters.ok ? [] : parameters.faults)];
  }

  /** Which of these deployments have not finished. */
  async unfinished(ids: readonly DeploymentId[]): Promise<readonly DeploymentId[]> {
    return this.store.unfinished(ids);
  }

  /** The assets on which the latest finished run of a package was a success of this revision. */
  async assetsWhereSucceeded(packageId: PackageId, revision: number): Promise<readonly AssetId[]> {
    return this.store.assetsWhereSucceeded(packageId, revision);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Deployment> {
    const deployment = await this.store.byId(id);
    if (deployment) return deployment;
    throw new NotFoundError(`There is no deployment ${id}: GET /api/v1/deployments lists them`);
  }

  async list(filter: DeploymentFilter, request: ListRequest): Promise<Page<Deployment>> {
    return this.store.list(filter, request);
  }

  async counts(ids: readonly DeploymentId[]): Promise<readonly Count[]> {
    return this.store.counts(ids);
  }

  /** @throws NotFoundError */
  async run(id: string): Promise<TargetRun> {
    const run = await this.store.runById(id);
    if (run) return run;
    throw new NotFoundError(
      `There is no run ${id}: GET /api/v1/deployments/{id}/runs lists those of a deployment`,
    );
  }

  async runs(filter: RunFilter, request: ListRequest): Promise<Page<TargetRun>> {
    return this.store.runs(filter, request);
  }

  /** The runs of one asset. @throws NotFoundError */
  async runsOfAsset(filter: RunFilter & { assetId: string }, request: ListRequest): Promise<Page<TargetRun>> {
    await this.assets.get(filter.assetId);
    return this.runs(filter, request);
  }

  /** Finished runs, the latest first. */
  async log(filter: LogFilter, request: ListRequest): Promise<Page<TargetRun>> {
    return this.store.log(filter, request);
  }

  async #reach(order: DeploymentOrder, executor: string): Promise<Reach> {
    const revision = await this.packages.findRevision(order.package, order.revision);
    const targets = await this.targets.resolve(order);
    const { callbackUrl } = order;
    const callbackWebhookId = callbackUrl === undefined ? null : await this.webhooks.covering(callbackUrl);
    const faults = [
      ...(revision.ok ? [] : revision.faults),
      ...targets.faults,
      ...rolloutFaults(order.rollout, this.clock.now()),
      ...callbackFaults(callbackUrl, callbackWebhookId),
    ];
    if (!revision.ok || faults.length > 0) throw invalid(faults);
    checkCount(targets.assets, order);
    const { stored } = revision;
    const compilable = { revision: stored.revision, package: stored.package };
    const shares = await this.shares.forAssets(targets.assets);
    const compilation = compileForAll(compilable, { assets: targets.assets, shares }, order.parameters);
    if (!compilation.ok) throw invalid(compilation.faults);
    const deployment = newDeployment({
      stored,
      compilation,
      order: {
        executor,
        ticketSystem: order.ticket?.system ?? null,
        ticketId: order.ticket?.id ?? null,
        callbackUrl: callbackUrl ?? null,
        callbackWebhookId,
      },
      rollout: order.rollout,
      now: this.clock.now(),
      masterKey: this.config.masterKey,
    });
    return { deployment, compiled: compilation.runs };
  }
}

function checkCount(assets: readonly Asset[], { expectedTargets }: DeploymentOrder): void {
  if (assets.length === 0) {
    throw invalid([
      {
        pointer: '/targets',
        code: 'missing-field',
        detail: 'No asset is left to deploy to: name at least one, or a group or filter that finds one',
      },
    ]);
  }
  if (expectedTargets === undefined || assets.length <= expectedTargets) return;
  const detail = `It would reach ${assets.length} assets, more than the ${expectedTargets} expected`;
  throw new ValidationError(
    detail,
    [{ pointer: '/expectedTargets', code: 'out-of-range', detail }],
    'too-many-targets',
  );
}

function invalid(faults: readonly Fault[]): ValidationError {
  return new ValidationError('The deployment breaks one or more rules: see errors', faults);
}
