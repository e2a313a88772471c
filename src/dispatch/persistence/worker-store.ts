import { Inject, Injectable } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import { Database } from '../../database/database.js';
import type { WorkerId } from '../../shared/ids.js';
import { WorkerEntity } from './worker.entity.js';

/** SQL for workers. */
@Injectable()
export class WorkerStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async save(worker: WorkerEntity): Promise<void> {
    await this.database.write((tx) => tx.save(WorkerEntity, worker));
  }

  /** Whether there is such a worker. */
  async beat(id: WorkerId, change: Partial<WorkerEntity>): Promise<boolean> {
    const { affected } = await this.database.write((tx) => tx.update(WorkerEntity, { id }, change));
    return affected !== 0;
  }

  async end(id: WorkerId, endedAt: string): Promise<void> {
    await this.database.write((tx) => tx.update(WorkerEntity, { id, endedAt: IsNull() }, { endedAt }));
  }

  /** Removes workers that ended before an instant. */
  async forget(endedBefore: string): Promise<void> {
    await this.database.write((tx) => tx.delete(WorkerEntity, { endedAt: LessThan(endedBefore) }));
  }

  /** The newest first. */
  async list(): Promise<WorkerEntity[]> {
    return this.database.reader.find(WorkerEntity, {
      order: { registeredAt: 'DESC', id: 'DESC' },
      take: 500,
    });
  }

  async living(): Promise<WorkerEntity[]> {
    return this.database.reader.findBy(WorkerEntity, { endedAt: IsNull() });
  }
}
