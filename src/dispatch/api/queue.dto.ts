import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  ACTIVE_STATES,
  type RunState,
  WAITING_REASONS,
  type WaitingReason,
} from '../../deployments/domain/run-state.js';
import type { TargetRun } from '../../deployments/deployments.service.js';
import { NumberField, TextField, WordField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import type { QueueSummary } from '../queue.service.js';

const OPEN_STATES = ['waiting', ...ACTIVE_STATES] as const;
const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

export class QueueQuery extends ListQuery {
  @WordField({ description: 'Its state', optional: true, words: OPEN_STATES })
  state?: RunState;

  @WordField({ description: 'What it waits for', optional: true, words: WAITING_REASONS })
  waitingFor?: WaitingReason;
}

@ApiSchema({ name: 'QueuePauseOrder' })
export class PauseBody {
  @TextField({
    description: 'Why, for whoever looks at the queue',
    optional: true,
    minLength: 1,
    maxLength: 255,
    example: 'Change freeze until Monday',
  })
  reason?: string;
}

@ApiSchema({ name: 'WindowOverrideReason' })
export class OverrideBody {
  @TextField({ description: 'Why', minLength: 1, maxLength: 255, example: 'Zero-day, CHG0031337' })
  reason!: string;
}

@ApiSchema({ name: 'QueueLimit' })
export class LimitBody {
  @NumberField({
    description: 'The most runs at a time; null: as many as the living workers can follow',
    nullable: true,
    min: 1,
    max: 100_000,
    example: 200,
  })
  concurrency!: number | null;
}

@ApiSchema({ name: 'QueueCancelOrder' })
export class CancelAllBody {
  @TextField({
    description: 'Why; it stands in the events of every run',
    minLength: 1,
    maxLength: 255,
    example: 'Wrong package',
  })
  reason!: string;
}

@ApiSchema({ name: 'CancelledCount' })
export class CancelledView {
  @ApiProperty({ type: 'integer', description: 'Runs whose cancelling was not asked for before' })
  cancelled!: number;
}

@ApiSchema({ name: 'SweepCount' })
export class SweptView {
  @ApiProperty({ type: 'integer', description: 'Clean-ups that were queued' })
  queued!: number;
}

@ApiSchema({ name: 'QueuePause' })
export class PauseView {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'alice@example.com (key Operators)' })
  by!: string;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

@ApiSchema({ name: 'QueuedRun' })
export class QueuedRunView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  deploymentId!: string;

  @ApiProperty({ format: 'uuid' })
  assetId!: string;

  @ApiProperty({ example: 'PC-0042' })
  assetName!: string;

  @ApiProperty({ example: '7-Zip 24.09' })
  package!: string;

  @ApiProperty({ enum: OPEN_STATES })
  state!: RunState;

  @ApiProperty({
    type: String,
    enum: WAITING_REASONS,
    nullable: true,
    description: 'Null also for the moment until the dispatcher has looked at it',
  })
  waitingFor!: WaitingReason | null;

  @ApiProperty({ format: 'date-time', description: 'Since when it is in this state, or waits for this' })
  since!: string;

  @ApiProperty({ type: 'integer' })
  priority!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  cancelRequestedAt!: string | null;
}

@ApiSchema({ name: 'Queue' })
export class QueueView {
  @ApiProperty({ type: PauseView, nullable: true, description: 'Null while runs are released' })
  paused!: PauseView | null;

  @ApiProperty({ ...COUNTS, description: 'Runs that have not finished, by state', example: { waiting: 3 } })
  byState!: Record<string, number>;

  @ApiProperty({ ...COUNTS, description: 'Waiting runs by reason', example: { 'asset-free': 2 } })
  byReason!: Record<string, number>;

  @ApiProperty({ type: 'integer', description: 'How many runs the living workers can follow together' })
  capacity!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The most runs at a time that was set' })
  concurrency!: number | null;

  @ApiProperty({ type: 'integer', description: 'Finished runs that have left something on their asset' })
  cleanupsPending!: number;

  @ApiProperty({ type: [QueuedRunView], description: 'At most limit items' })
  items!: QueuedRunView[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last' })
  nextCursor!: string | null;
}

/** Everything but the page of runs. */
export function viewOfSummary(summary: QueueSummary): Omit<QueueView, 'items' | 'nextCursor'> {
  const byState: Record<string, number> = {};
  const byReason: Record<string, number> = {};
  for (const { state, waitingFor, count } of summary.counts) {
    byState[state] = (byState[state] ?? 0) + count;
    if (waitingFor !== null) byReason[waitingFor] = (byReason[waitingFor] ?? 0) + count;
  }
  const { paused, capacity, concurrency, cleanupsPending } = summary;
  return { paused, byState, byReason, capacity, concurrency, cleanupsPending };
}

export function viewOfQueued(run: TargetRun): QueuedRunView {
  const { id, deploymentId, assetId, assetName, packageName, state, waitingFor, since, priority } = run;
  const { createdAt, expiresAt, cancelRequestedAt } = run;
  return {
    id,
    deploymentId,
    assetId,
    assetName,
    package: packageName,
    state,
    waitingFor,
    since,
    priority,
    createdAt,
    expiresAt,
    cancelRequestedAt,
  };
}
