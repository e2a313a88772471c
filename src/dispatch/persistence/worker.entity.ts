import { Entity } from 'typeorm';
import { FlagColumn, IdColumn, InstantColumn, NumberColumn, WordColumn } from '../../database/columns.js';
import type { WorkerId } from '../../shared/ids.js';

/** One start of a worker process. A process that starts again is another worker. */
@Entity('worker')
export class WorkerEntity {
  @IdColumn()
  id!: WorkerId;

  @WordColumn()
  host!: string;

  @WordColumn()
  version!: string;

  @NumberColumn()
  concurrency!: number;

  @InstantColumn()
  registeredAt!: string;

  @InstantColumn()
  lastBeatAt!: string;

  @NumberColumn()
  runsFollowed!: number;

  @FlagColumn()
  draining!: boolean;

  /** When it detached, or was taken for dead; null while it lives. */
  @InstantColumn({ nullable: true })
  endedAt!: string | null;
}
