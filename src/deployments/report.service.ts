import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { type Deployment, DeploymentsService } from './deployments.service.js';
import { type FailureGroup, summariseFailures } from './domain/failure-summary.js';
import { type Tally, tallyOf } from './domain/tally.js';
import { DeploymentStore, type ReportRow } from './persistence/deployment-store.js';

/** All that a report tells. */
export interface DeploymentReport {
  readonly deployment: Deployment;
  readonly madeAt: string;
  readonly counts: Tally;
  readonly failures: readonly FailureGroup[];
  readonly runs: readonly ReportRow[];
}

export type { FailureGroup, ReportRow };

/** What became of a deployment, put together for people. */
@Injectable()
export class ReportService {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(DeploymentStore) private readonly store: DeploymentStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws NotFoundError */
  async failures(id: string): Promise<readonly FailureGroup[]> {
    const deployment = await this.deployments.get(id);
    return summariseFailures(await this.store.reportRows(deployment.id));
  }

  /** @throws NotFoundError */
  async report(id: string): Promise<DeploymentReport> {
    const deployment = await this.deployments.get(id);
    const runs = await this.store.reportRows(deployment.id);
    return {
      deployment,
      madeAt: this.clock.now().toISOString(),
      counts: tallyOf(await this.store.counts([deployment.id])),
      failures: summariseFailures(runs),
      runs,
    };
  }
}
