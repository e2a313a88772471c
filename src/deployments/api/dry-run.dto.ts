import { QueryFlagField } from '../../http/fields.js';

export class DryRunQuery {
  @QueryFlagField({ description: 'Only answers which assets it would reach', default: false })
  dryRun?: boolean;
}
