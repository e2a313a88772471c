import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, NumberColumn, WordColumn } from '../../database/columns.js';

/** Whether the dispatcher releases runs, and how many. One row, made when one of both is set for the first time. */
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

  /** The most runs at a time, whatever the workers could follow; null: as many as they can. */
  @NumberColumn({ nullable: true })
  concurrency!: number | null;
}
