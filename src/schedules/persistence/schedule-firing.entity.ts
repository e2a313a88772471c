import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  NumberColumn,
  ReferenceColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { DeploymentId, ScheduleId } from '../../shared/ids.js';
import type { Firing, FiringResult } from '../domain/schedule.js';

/** The unique index is what keeps an occurrence from being ordered twice. */
@Entity('schedule_firing')
@Index('UQ_schedule_firing', ['scheduleId', 'dueAt', 'position'], { unique: true })
export class ScheduleFiringRow implements Firing {
  @IdColumn()
  id!: string;

  @ReferenceColumn()
  scheduleId!: ScheduleId;

  @InstantColumn()
  dueAt!: string;

  @NumberColumn()
  position!: number;

  @WordColumn()
  result!: FiringResult;

  @TextColumn()
  detail!: string;

  @ReferenceColumn({ nullable: true })
  deploymentId!: DeploymentId | null;

  @InstantColumn()
  at!: string;
}
