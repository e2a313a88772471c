import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  type Firing,
  FIRING_RESULTS,
  type FiringResult,
  MISSED_POLICIES,
  type MissedPolicy,
  OVERLAP_POLICIES,
  type OverlapPolicy,
  type Schedule,
  type ScheduledPackage,
} from '../domain/schedule.js';
import type { TriggerBody } from '../domain/trigger.js';
import { TriggerDto } from './schedules.dto.js';

@ApiSchema({ name: 'ScheduledPackageView' })
export class ScheduledPackageView {
  @ApiProperty({ format: 'uuid' })
  packageId!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: the newest one each time' })
  revision!: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Without the secret ones',
  })
  parameters!: Readonly<Record<string, string>>;

  @ApiProperty({ type: [String], description: 'Secret parameters that have a value' })
  secretNames!: readonly string[];
}

@ApiSchema({ name: 'ScheduleSummary' })
export class ScheduleSummaryView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Patch Tuesday' })
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ type: TriggerDto })
  trigger!: TriggerBody;

  @ApiProperty({ type: [ScheduledPackageView] })
  packages!: readonly ScheduledPackage[];

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'As it was written' })
  targets!: Schedule['targets'];

  @ApiProperty({ enum: MISSED_POLICIES })
  missed!: MissedPolicy;

  @ApiProperty({ enum: OVERLAP_POLICIES })
  overlap!: OverlapPolicy;

  @ApiProperty()
  skipSucceeded!: boolean;

  @ApiProperty({ type: 'integer', nullable: true })
  expiresAfterSeconds!: number | null;

  @ApiProperty({ type: 'integer' })
  priority!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null: never, or disabled' })
  nextRunAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

@ApiSchema({ name: 'Schedule' })
export class ScheduleView extends ScheduleSummaryView {
  @ApiProperty({ type: [String], description: 'The next ten instants at which it is due' })
  nextRuns!: readonly string[];
}

@ApiSchema({ name: 'ScheduleFiring' })
export class FiringView {
  @ApiProperty({ format: 'date-time', description: 'When it was due' })
  dueAt!: string;

  @ApiProperty({ type: 'integer', description: 'Which package of the schedule, from 0' })
  position!: number;

  @ApiProperty({ enum: FIRING_RESULTS })
  result!: FiringResult;

  @ApiProperty({ description: 'Why nothing was ordered; empty when something was' })
  detail!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  deploymentId!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When that was decided' })
  at!: string;
}

@ApiSchema({ name: 'ScheduleRun' })
export class ScheduleRunView {
  @ApiProperty({ type: [FiringView], description: 'One for each package' })
  firings!: readonly FiringView[];
}

export function viewOfScheduleSummary(schedule: Schedule): ScheduleSummaryView {
  const { id, name, description, enabled, trigger, packages, targets, missed, overlap } = schedule;
  const { skipSucceeded, expiresAfterSeconds, priority, nextRunAt, createdAt, updatedAt } = schedule;
  const policies = { missed, overlap, skipSucceeded, expiresAfterSeconds, priority };
  const what = { id, name, description, enabled, trigger, packages, targets };
  return { ...what, ...policies, nextRunAt, createdAt, updatedAt };
}

export function viewOfSchedule(schedule: Schedule, nextRuns: readonly string[]): ScheduleView {
  return Object.assign(viewOfScheduleSummary(schedule), { nextRuns });
}

export function viewOfFiring({ dueAt, position, result, detail, deploymentId, at }: Firing): FiringView {
  return { dueAt, position, result, detail, deploymentId, at };
}
