import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, WordColumn } from '../../database/columns.js';

/** Whether the dispatcher releases runs. One row, made when it is paused for the first time. */
@Entity('queue_state')
export class QueueStateEntity {
  @IdColumn()
  id!: string;

  /** Null while runs are released. */
  @InstantColumn({ nullable: true })
  pausedAt!: string | null;

  @WordColumn({ nullable: true })
  pausedBy!: string | null;

  @WordColumn({ nullable: true })
  pauseReason!: string | null;
}
