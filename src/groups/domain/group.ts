import type { AssetId, GroupId } from '../../shared/ids.js';
import type { Maintenance } from './maintenance.js';

export const GROUP_KINDS = ['static', 'dynamic'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/** A named set of assets. Whatever its kind, it holds active assets only. Instants are in RFC 3339, UTC. */
export interface Group {
  readonly id: GroupId;
  /** Unique, whatever the case. */
  readonly name: string;
  readonly description: string;
  readonly kind: GroupKind;
  /** As its author wrote it, for `parseAssetFilter`; null for a static group. */
  readonly filter: Readonly<Record<string, unknown>> | null;
  /** The most runs at a time on its assets; null: no limit. */
  readonly concurrency: number | null;
  /** When runs may be under way on its assets; null: always. */
  readonly maintenance: Maintenance | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A static group's members; none for a dynamic one. */
export interface GroupMembers {
  readonly members: readonly AssetId[];
}
