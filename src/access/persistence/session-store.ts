import { Inject, Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database.js';
import { SessionRow } from './session.entity.js';

/** SQL for browsers' sessions. */
@Injectable()
export class SessionStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byTokenHash(tokenHash: string): Promise<SessionRow | null> {
    return this.database.reader.findOneBy(SessionRow, { tokenHash });
  }

  /** Stores a session and forgets those that ended before `now`, so that the table stays small. */
  async start(session: SessionRow, now: string): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.delete(SessionRow, { expiresAt: LessThanOrEqual(now) });
      await tx.insert(SessionRow, session);
    });
  }

  async end(tokenHash: string): Promise<void> {
    await this.database.write((tx) => tx.delete(SessionRow, { tokenHash }));
  }
}
