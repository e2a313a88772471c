import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { AssetId } from '../../shared/ids.js';
import { LogonRefusalEntity } from './logon-refusal.entity.js';

/** SQL for refused logons. Those of runs are written by RunWriter, with the events that tell of them. */
@Injectable()
export class LogonRefusalStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async ofAsset(assetId: AssetId): Promise<readonly LogonRefusalEntity[]> {
    return this.database.reader.findBy(LogonRefusalEntity, { assetId });
  }

  /** For a refusal that no run tells of. */
  async save(refusal: LogonRefusalEntity): Promise<void> {
    await this.database.write((tx) => tx.save(LogonRefusalEntity, refusal));
  }
}
