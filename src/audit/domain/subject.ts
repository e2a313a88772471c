/** Rows that belong to a subject and are shown as one of its fields. */
export interface SubjectPart {
  readonly field: string;
  readonly table: string;
  /** Their columns, and the subject's fields that those equal. */
  readonly where: Readonly<Record<string, string>>;
  /** The column whose values are listed. */
  readonly pick: string;
}

/** A kind of thing that is acted on, and where it is stored. */
export interface SubjectKind {
  readonly type: string;
  /** None: it is not stored, or nothing of it may be shown. */
  readonly table?: string;
  /** The one row of a thing that there is once. */
  readonly onlyId?: string;
  /** The fields that are compared; all when left out. */
  readonly fields?: readonly string[];
  readonly parts?: readonly SubjectPart[];
}

const MEMBERS: SubjectPart = {
  field: 'members',
  table: 'asset_group_member',
  where: { groupId: 'id' },
  pick: 'assetId',
};

const CONTENT: SubjectPart = {
  field: 'content',
  table: 'package_revision',
  where: { packageId: 'id', revision: 'revision' },
  pick: 'package',
};

/** By the first part of a path below `/api/v1`. A resource that is missing here is recorded without before and after. */
const SUBJECTS: Readonly<Record<string, SubjectKind>> = {
  assets: { type: 'asset', table: 'asset' },
  credentials: { type: 'credential', table: 'credential' },
  deployments: { type: 'deployment', table: 'deployment' },
  groups: { type: 'group', table: 'asset_group', parts: [MEMBERS] },
  keys: { type: 'api-key', table: 'api_key' },
  packages: { type: 'package', table: 'package', parts: [CONTENT] },
  queue: { type: 'queue', table: 'queue_state', onlyId: 'runs' },
  runs: {
    type: 'run',
    table: 'target_run',
    fields: ['assetName', 'packageName', 'state', 'waitingFor', 'outcome', 'cancelRequestedAt'],
  },
  schedules: { type: 'schedule', table: 'schedule' },
  session: { type: 'session' },
  webhooks: { type: 'webhook', table: 'webhook' },
  shares: { type: 'share', table: 'package_share' },
};

/** The kind of thing that a resource's paths are about. */
export function subjectOf(resource: string): SubjectKind {
  return SUBJECTS[resource] ?? { type: resource };
}
