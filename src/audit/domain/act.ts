import { type Actor, SYSTEM } from './audit-entry.js';
import { type SubjectKind, subjectOf } from './subject.js';

/** Something that is being done, as much of it as is known before. */
export interface Act {
  /** Asked when the change is written; undefined while nobody is known, then nothing is recorded. */
  readonly actor: () => Actor | undefined;
  readonly action: string;
  readonly subject: SubjectKind;
  /** Null for what is only being made. */
  readonly subjectId: string | null;
  readonly origin: string | null;
  readonly requestId: string | null;
  readonly reason: string | null;
}

/** Something that is made without a request; `resource` is the first part of the subject's path below `/api/v1`. */
export function ownAct(actor: Actor, action: string, resource: string): Act {
  return {
    actor: () => actor,
    action,
    subject: subjectOf(resource),
    subjectId: null,
    origin: null,
    requestId: null,
    reason: null,
  };
}

/** Something that Winch makes by itself. */
export function systemAct(action: string, resource: string): Act {
  return ownAct(SYSTEM, action, resource);
}
