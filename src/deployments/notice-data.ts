import { failureHint } from './domain/failure-reason.js';
import { tallyOf } from './domain/tally.js';
import type { DeploymentEntity } from './persistence/deployment.entity.js';
import type { Count } from './persistence/deployment-store.js';
import type { TargetRunEntity } from './persistence/target-run.entity.js';

/** What webhooks are told of a deployment: the API's names and forms, without parameters. */
export function dataOfDeployment(deployment: DeploymentEntity, counts: readonly Count[]) {
  const { id, packageName, revision, state, executor, ticketSystem, ticketId } = deployment;
  const { createdAt, startedAt, finishedAt, cancelRequestedAt } = deployment;
  return {
    id,
    package: packageName,
    revision,
    state,
    executor,
    ticket: ticketSystem === null || ticketId === null ? null : { system: ticketSystem, id: ticketId },
    counts: tallyOf(counts),
    createdAt,
    startedAt,
    finishedAt,
    cancelRequestedAt,
  };
}

/** What webhooks are told of a run that has ended. */
export function dataOfRun(run: TargetRunEntity) {
  const { id, assetId, assetName, outcome, failureReason, failureDetail, returnCode, lastStep } = run;
  const { startedAt, finishedAt } = run;
  return {
    id,
    asset: { id: assetId, name: assetName },
    outcome,
    failureReason,
    failureDetail,
    hint: failureReason === null ? null : failureHint(failureReason),
    returnCode,
    lastStep,
    startedAt,
    finishedAt,
  };
}
