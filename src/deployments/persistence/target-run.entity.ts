import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  ReferenceColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { ExecutionPlan } from '../../packages/domain/execution-plan.js';
import type { PlanWalk } from '../../packages/domain/outcome.js';
import type { SoftwareChanges } from '../../scanning/domain/software-change.js';
import type { AssetId, DeploymentId, ShareId, TargetRunId, WorkerId } from '../../shared/ids.js';
import type { FailureReason } from '../domain/failure-reason.js';
import type { Outcome } from '../domain/outcome.js';
import type { RescanState } from '../domain/rescan.js';
import type { RunState, WaitingReason } from '../domain/run-state.js';
import type { StepRun } from '../domain/step-run.js';

/**
 * One asset inside a deployment. Everything below `lastSeq` is a projection of the run's events, written in
 * the same transaction as they are and rebuilt from them (src/recording/domain/projection.ts).
 */
@Entity('target_run')
@Index('IDX_target_run_deployment', ['deploymentId', 'state', 'id'])
@Index('IDX_target_run_state', ['state', 'assetId'])
@Index('IDX_target_run_asset', ['assetId', 'id'])
@Index('IDX_target_run_finished', ['finishedAt', 'id'])
@Index('IDX_target_run_cleanup', ['cleanup', 'finishedAt'])
@Index('IDX_target_run_rescan', ['rescan', 'state'])
@Index('IDX_target_run_output', ['outputRemovedAt', 'finishedAt'])
@Index('IDX_target_run_waiting', [
  'state',
  'id',
  'deploymentId',
  'assetId',
  'shareId',
  'waitingFor',
  'expiresAt',
  'wave',
])
@Index('IDX_target_run_wave', ['deploymentId', 'wave', 'state', 'outcome', 'finishedAt'])
export class TargetRunEntity {
  @IdColumn()
  id!: TargetRunId;

  @ReferenceColumn()
  deploymentId!: DeploymentId;

  @ReferenceColumn()
  assetId!: AssetId;

  /** Names as they were when it was ordered: the log stays true when they change. */
  @WordColumn()
  assetName!: string;

  @WordColumn()
  packageName!: string;

  @NumberColumn()
  revision!: number;

  @WordColumn()
  runMode!: string;

  @WordColumn()
  executor!: string;

  @NumberColumn()
  priority!: number;

  @ReferenceColumn({ nullable: true })
  rerunOf!: TargetRunId | null;

  @JsonColumn()
  plan!: ExecutionPlan;

  /** Which wave of its deployment it belongs to, from 0. */
  @NumberColumn({ default: 0 })
  wave!: number;

  /** The share of its plan. */
  @ReferenceColumn({ nullable: true })
  shareId!: ShareId | null;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  expiresAt!: string;

  @InstantColumn({ nullable: true })
  cancelRequestedAt!: string | null;

  /** Which following of this run is the valid one; 0 before the first. Only the dispatcher and the reconciler raise it. */
  @NumberColumn()
  epoch!: number;

  /** How many followings in a row brought nothing from the target; the next one is waited for longer. */
  @NumberColumn({ default: 0 })
  idleEpochs!: number;

  /** When the job of this epoch was handed to Redis. */
  @InstantColumn({ nullable: true })
  queuedAt!: string | null;

  @ReferenceColumn({ nullable: true })
  workerId!: WorkerId | null;

  @NumberColumn()
  lastSeq!: number;

  @NumberColumn()
  apiSeq!: number;

  /** Of the current epoch. */
  @NumberColumn()
  workerSeq!: number;

  @NumberColumn()
  runnerSeq!: number;

  /** Where the next line of the target's journal begins, in bytes. */
  @NumberColumn()
  journalOffset!: number;

  @JsonColumn()
  walk!: PlanWalk;

  @WordColumn()
  state!: RunState;

  @WordColumn({ nullable: true })
  waitingFor!: WaitingReason | null;

  /** Since when it has been in this state (or has waited for this reason). */
  @InstantColumn()
  since!: string;

  @InstantColumn({ nullable: true })
  startedAt!: string | null;

  @InstantColumn({ nullable: true })
  finishedAt!: string | null;

  @WordColumn({ nullable: true })
  outcome!: Outcome | null;

  @WordColumn({ nullable: true })
  failureReason!: FailureReason | null;

  @TextColumn()
  failureDetail!: string;

  @NumberColumn({ nullable: true })
  returnCode!: number | null;

  /** Name of the last step that was started. */
  @WordColumn({ nullable: true })
  lastStep!: string | null;

  @FlagColumn()
  rebootRequired!: boolean;

  @WordColumn({ nullable: true })
  finalAction!: string | null;

  @WordColumn({ nullable: true })
  cleanup!: 'pending' | 'clean' | null;

  /** Null: no scan afterwards was asked for, or the way it ended calls for none. */
  @WordColumn({ nullable: true })
  rescan!: RescanState | null;

  /** What the scan afterwards found other than the one before; null while nobody knows. */
  @JsonColumn({ nullable: true })
  softwareChanges!: SoftwareChanges | null;

  @WordColumn({ nullable: true })
  runnerVersion!: string | null;

  @JsonColumn()
  steps!: StepRun[];

  /** When retention removed its output events; null while they are kept. */
  @InstantColumn({ nullable: true })
  outputRemovedAt!: string | null;
}
