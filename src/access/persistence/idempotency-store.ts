import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, LessThanOrEqual } from 'typeorm';
import { type CommitHook, Database } from '../../database/database.js';
import { idOfMade } from '../../database/made-id.js';
import { IdempotencyRecord, type KeptAnswer } from './idempotency-record.entity.js';

/** SQL for the requests that were carried out under an idempotency key. */
@Injectable()
export class IdempotencyStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async find(id: string): Promise<IdempotencyRecord | null> {
    return this.database.reader.findOneBy(IdempotencyRecord, { id });
  }

  /**
   * Runs `work` and stores the record in the first write that it makes: both are committed or neither. `marked` tells
   * whether it wrote at all.
   */
  async mark<T>(record: IdempotencyRecord, work: () => Promise<T>): Promise<{ result: T; marked: boolean }> {
    let marked = false;
    const hook: CommitHook = async (tx: EntityManager, made) => {
      if (marked) return;
      await tx.save(IdempotencyRecord, Object.assign(record, { madeId: idOfMade(made) }));
      marked = true;
    };
    const result = await this.database.withCommitHook(hook, work);
    return { result, marked };
  }

  /** Keeps the answer, and forgets the records that have expired. */
  async keepAnswer(id: string, answer: KeptAnswer, now: string): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.save(IdempotencyRecord, { id, answer });
      await tx.delete(IdempotencyRecord, { expiresAt: LessThanOrEqual(now) });
    });
  }
}
