import { Inject, Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database.js';
import { Session } from './session.entity.js';

/** SQL for browsers' sessions. */
@Injectable()
export class SessionStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byTokenHash(tokenHash: string): Promise<Session | null> {
    return this.database.reader.findOneBy(Session, { tokenHash });
  }

  /** Stores a session and forgets those that ended before `now`, so that the table stays small. */
  async start(session: Session, now: string): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.delete(Session, { expiresAt: LessThanOrEqual(now) });
      await tx.insert(Session, session);
    });
  }

  async end(tokenHash: string): Promise<void> {
    await this.database.write((tx) => tx.delete(Session, { tokenHash }));
  }
}
