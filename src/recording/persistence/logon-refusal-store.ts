import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { AssetId } from '../../shared/ids.js';
import { LogonRefusalEntity } from './logon-refusal.entity.js';

/** SQL for reading refused logons. They are written by RunWriter, with the events that tell of them. */
@Injectable()
export class LogonRefusalStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async ofAsset(assetId: AssetId): Promise<readonly LogonRefusalEntity[]> {
    return this.database.reader.findBy(LogonRefusalEntity, { assetId });
  }
}
