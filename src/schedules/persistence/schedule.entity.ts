import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { ScheduleId } from '../../shared/ids.js';
import type { MissedPolicy, OverlapPolicy, Schedule, ScheduledPackage } from '../domain/schedule.js';
import type { TriggerBody } from '../domain/trigger.js';

@Entity('schedule')
@Index('UQ_schedule_name_key', ['nameKey'], { unique: true })
@Index('IDX_schedule_next_run', ['nextRunAt'])
@Index('IDX_schedule_created_at', ['createdAt'])
export class ScheduleRow implements Schedule {
  @IdColumn()
  id!: ScheduleId;

  @WordColumn()
  name!: string;

  @WordColumn()
  nameKey!: string;

  @TextColumn()
  description!: string;

  @FlagColumn()
  enabled!: boolean;

  @JsonColumn()
  trigger!: TriggerBody;

  @JsonColumn()
  packages!: readonly ScheduledPackage[];

  @TextColumn({ nullable: true })
  sealedSecrets!: string | null;

  @JsonColumn()
  targets!: Schedule['targets'];

  @WordColumn()
  missed!: MissedPolicy;

  @WordColumn()
  overlap!: OverlapPolicy;

  @FlagColumn()
  skipSucceeded!: boolean;

  @NumberColumn({ nullable: true })
  expiresAfterSeconds!: number | null;

  @NumberColumn()
  priority!: number;

  @InstantColumn({ nullable: true })
  nextRunAt!: string | null;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  updatedAt!: string;
}
