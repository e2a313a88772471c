/** Who acts: a program by its key, a person through a session, a schedule, or Winch itself. */
export const ACTOR_KINDS = ['key', 'session', 'schedule', 'system'] as const;

export type ActorKind = (typeof ACTOR_KINDS)[number];

export interface Actor {
  readonly kind: ActorKind;
  /** Of the API key or the schedule; null for Winch itself. */
  readonly id: string | null;
  readonly name: string;
}

/** Winch by itself, not on anyone's request. */
export const SYSTEM: Actor = { kind: 'system', id: null, name: 'Winch' };

/** The fields of a row, as they may be shown. */
export type Fields = Readonly<Record<string, unknown>>;

/** What was done, to what, and what that changed: one entry of the audit log. Entries are never changed. */
export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actorKind: ActorKind;
  readonly actorId: string | null;
  readonly actorName: string;
  /** The client's address; null when no request led to it. */
  readonly origin: string | null;
  readonly requestId: string | null;
  /** `asset.create`, `deployment.cancel`: the type of the subject, a full stop, a verb. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly subjectName: string | null;
  /** What the action made of its own: the new deployment of a rerun. */
  readonly madeId: string | null;
  /** What was given as the reason, where an action asks for one. */
  readonly reason: string | null;
  /** The fields that were changed, as they were; null when there was nothing before, or nothing changed. */
  readonly before: Fields | null;
  /** The same fields as they are; null when nothing is left, or nothing changed. */
  readonly after: Fields | null;
}
