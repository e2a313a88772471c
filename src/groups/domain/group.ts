import type { AssetId, GroupId } from '../../shared/ids.js';

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
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A static group's members; none for a dynamic one. */
export interface GroupMembers {
  readonly members: readonly AssetId[];
}
