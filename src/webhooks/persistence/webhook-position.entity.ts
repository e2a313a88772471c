import { Entity, PrimaryColumn } from 'typeorm';
import { NumberColumn } from '../../database/columns.js';

/** Up to which recorded event everything that is to be delivered has been queued. One row. */
@Entity('webhook_position')
export class WebhookPositionRow {
  @PrimaryColumn({ type: 'varchar', length: 255 })
  id!: string;

  @NumberColumn()
  eventId!: number;
}
