import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DeploymentStore } from '../deployments/persistence/deployment-store.js';
import type { DeploymentEntity } from '../deployments/persistence/deployment.entity.js';
import type { TargetRunEntity } from '../deployments/persistence/target-run.entity.js';
import { mayBeOnTarget } from '../recording/domain/projection.js';
import { RunStore } from '../recording/persistence/run-store.js';
import type { RunWriter } from '../recording/persistence/run-writer.js';
import { messageOf } from '../shared/errors.js';
import { givenUpAt } from './domain/give-up.js';
import type { JobPayload } from './domain/sealed-job.js';
import { type BuiltJob, JobBuilder, type JobRefusal } from './job-builder.service.js';
import { RedisUnavailableError, RunQueue } from './run-queue.js';
import { delayRun, endRun } from './run-transitions.js';

/** Turns queued runs into jobs. What Redis does not take stays queued in SQL, and the reconciler comes again. */
@Injectable()
export class RunHandover {
  constructor(
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(DeploymentStore) private readonly deployments: DeploymentStore,
    @Inject(JobBuilder) private readonly builder: JobBuilder,
    @Inject(RunQueue) private readonly queue: RunQueue,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  async handOver(runs: readonly TargetRunEntity[]): Promise<void> {
    if (runs.length === 0) return;
    const payloads: JobPayload[] = [];
    const deployments = await this.deployments.byIds(runs.map((run) => run.deploymentId));
    for (const run of runs) {
      const deployment = deployments.get(run.deploymentId);
      if (!deployment) continue;
      const built = await this.#build(run, deployment);
      if (built === null) continue;
      if (built.ok) payloads.push(built.payload);
      else await this.#block(run, built.refusal);
    }
    await this.#add(payloads);
  }

  /** Null when it fails: one run without a job, which the reconciler tries again later, must not take theirs from the others. */
  async #build(run: TargetRunEntity, deployment: DeploymentEntity): Promise<BuiltJob | null> {
    try {
      return await this.builder.build(run, deployment);
    } catch (error) {
      this.logger.error({ err: error, targetRunId: run.id }, 'job.not-built');
      await this.#delay(run, `No job can be made for it: ${messageOf(error)}`);
      return null;
    }
  }

  async #delay(run: TargetRunEntity, detail: string): Promise<void> {
    await this.runs.change([run.id], (writer) => {
      // What a finished run left on its target is tried again by the next sweep.
      if (writer.run.epoch !== run.epoch || writer.run.state === 'finished') return false;
      delayRun(writer, detail);
      return true;
    });
  }

  async #add(payloads: readonly JobPayload[]): Promise<void> {
    try {
      if (payloads.length > 0) await this.queue.add(payloads);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      this.logger.warn({ err: error, runs: payloads.length }, 'redis.unavailable');
    }
  }

  async #block(run: TargetRunEntity, refusal: JobRefusal): Promise<void> {
    await this.runs.change([run.id], (writer) => {
      const { epoch, state } = writer.run;
      if (epoch !== run.epoch || state === 'finished') return false;
      const outcome = outcomeWithoutJob(writer);
      if (outcome === null) delayRun(writer, refusal.detail);
      else endRun(writer, { outcome, failureReason: refusal.reason, failureDetail: refusal.detail });
      return true;
    });
  }
}

/**
 * How a run ends for which no job can be made. One that may go on at its target is never "blocked": it stays due, the
 * reconciler asks again (null), and only when it must be long over it is given up.
 */
function outcomeWithoutJob({ run, at }: RunWriter): 'blocked' | 'unknown' | null {
  if (!mayBeOnTarget(run)) return 'blocked';
  return at < givenUpAt(run).toISOString() ? null : 'unknown';
}
