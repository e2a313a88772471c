import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, WordColumn } from '../../database/columns.js';
import type { AssetId, CredentialId } from '../../shared/ids.js';

/** The last time that an asset refused a credential. */
@Entity('logon_refusal')
export class LogonRefusalEntity {
  @IdColumn()
  assetId!: AssetId;

  @IdColumn()
  credentialId!: CredentialId;

  /** Of the user name and password that were refused: with others it is another matter. */
  @WordColumn()
  credentialVersion!: string;

  @InstantColumn()
  refusedAt!: string;
}
