import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { FlagField, InstantField, NumberField, ObjectField, TextField } from '../../http/fields.js';
import type { Deployment } from '../deployments.service.js';
import type { Rollout } from '../domain/deployment-order.js';
import type { Wave } from '../domain/waves.js';

@ApiSchema({ name: 'Wave' })
export class WaveBody {
  @NumberField({ description: 'So many further runs', optional: true, min: 1, max: 100_000, example: 5 })
  count?: number;

  @NumberField({
    description: 'In place of count: further runs until so many percent of all have had their turn',
    optional: true,
    min: 1,
    max: 100,
  })
  percent?: number;

  @NumberField({
    description: 'The next wave begins so long after the last run of this one has ended',
    optional: true,
    min: 0,
    max: 30 * 24 * 3600,
    default: 0,
    example: 600,
  })
  soakSeconds?: number;

  @FlagField({
    description: 'It begins only when someone says so: POST /deployments/{id}/next-wave',
    optional: true,
    default: false,
  })
  manual?: boolean;
}

@ApiSchema({ name: 'WindowOverrideOrder' })
export class WindowOverrideBody {
  @TextField({ description: 'Why', minLength: 1, maxLength: 255, example: 'Zero-day, CHG0031337' })
  reason!: string;
}

@ApiSchema({ name: 'WindowOverride' })
export class WindowOverrideView {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'alice@example.com (key Operators)' })
  by!: string;

  @ApiProperty({ example: 'Zero-day, CHG0031337' })
  reason!: string;
}

@ApiSchema({ name: 'DeploymentPause' })
export class DeploymentPauseView {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({
    description: '`winch` when it halted by itself',
    example: 'alice@example.com (key Operators)',
  })
  by!: string;

  @ApiProperty({ type: String, nullable: true, example: '2 of 5 runs of wave 1 failed: it halts at 20 %' })
  reason!: string | null;
}

/** What an order says on when its runs begin, and how many at a time. */
export class RolloutFields {
  @InstantField({ description: 'Nothing is started earlier', optional: true })
  notBefore?: string;

  @InstantField({
    description: 'Nothing is started later; 24 hours after notBefore, or after the order, when left out',
    optional: true,
  })
  expiresAt?: string;

  @NumberField({
    description: 'The most of its runs at a time; as many as there is room for when left out',
    optional: true,
    min: 1,
    max: 100_000,
    example: 50,
  })
  concurrency?: number;

  @NumberField({
    description: 'Higher goes first; what waits for long rises (docs/guide/rollouts.md)',
    optional: true,
    min: -100,
    max: 100,
    default: 0,
  })
  priority?: number;

  @ObjectField(() => WaveBody, {
    description:
      'Parts that begin one after the other, in the order of the targets; what they leave over is one more',
    optional: true,
    list: { maxItems: 100 },
    example: [{ count: 5, soakSeconds: 600 }, { percent: 100 }],
  })
  waves?: WaveBody[];

  @NumberField({
    description:
      "Pause it when so many percent of the wave's runs (of all runs, without waves) began and went wrong: failed, timed-out, interrupted, unknown",
    optional: true,
    min: 1,
    max: 100,
    example: 20,
  })
  haltAtFailurePercent?: number;

  @NumberField({
    description:
      "How much of a maintenance window must be left for a run to begin; the package's maximum duration when left out",
    optional: true,
    min: 1,
    max: 7 * 24 * 3600,
    example: 900,
  })
  expectedDurationSeconds?: number;

  @ObjectField(() => WindowOverrideBody, {
    description: 'Lets runs begin outside of maintenance windows; the events of those runs say so',
    optional: true,
  })
  overrideWindows?: WindowOverrideBody;
}

/** The same, as a deployment answers it. */
export class RolloutViewFields {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null: it held nothing back',
  })
  notBefore!: string | null;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The most of its runs at a time' })
  concurrency!: number | null;

  @ApiProperty({ type: 'integer' })
  priority!: number;

  @ApiProperty({ type: [WaveBody], description: 'Empty: all its runs are one wave' })
  waves!: readonly Wave[];

  @ApiProperty({ type: 'integer', description: 'Runs up to this wave may begin, from 1' })
  openWave!: number;

  @ApiProperty({ type: 'integer', nullable: true })
  haltAtFailurePercent!: number | null;

  @ApiProperty({ type: 'integer', description: 'How much of a maintenance window a run needs' })
  expectedDurationSeconds!: number;

  @ApiProperty({ type: WindowOverrideView, nullable: true, description: 'Null: windows are kept' })
  windowOverride!: WindowOverrideView | null;

  @ApiProperty({ type: DeploymentPauseView, nullable: true, description: 'Null while it is not paused' })
  paused!: DeploymentPauseView | null;
}

export function rolloutOf(fields: RolloutFields): Rollout {
  return {
    notBefore: inUtc(fields.notBefore),
    expiresAt: inUtc(fields.expiresAt),
    concurrency: fields.concurrency,
    priority: fields.priority ?? 0,
    waves: (fields.waves ?? []).map(({ count, percent, soakSeconds = 0, manual = false }) => ({
      count,
      percent,
      soakSeconds,
      manual,
    })),
    haltAtFailurePercent: fields.haltAtFailurePercent,
    expectedDurationSeconds: fields.expectedDurationSeconds,
    overrideWindows: fields.overrideWindows?.reason,
  };
}

function inUtc(instant: string | undefined): string | undefined {
  return instant && new Date(instant).toISOString();
}

/** The fields alone: they become part of another view. */
type RolloutView = Pick<RolloutViewFields, keyof RolloutViewFields>;

export function viewOfRollout(deployment: Deployment): RolloutView {
  const { notBefore, expiresAt, concurrency, priority, waves, openWave, haltAtFailurePercent } = deployment;
  const { expectedDurationSeconds, windowOverride, pausedAt, pausedBy, pauseReason } = deployment;
  return {
    notBefore,
    expiresAt,
    concurrency,
    priority,
    waves: waves ?? [],
    openWave: openWave + 1,
    haltAtFailurePercent,
    expectedDurationSeconds,
    windowOverride,
    paused: pausedAt === null ? null : { at: pausedAt, by: pausedBy ?? '', reason: pauseReason },
  };
}
