import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../config/config.module.js';
import { Database } from '../database/database.js';
import { idOfMade } from '../database/made-id.js';
import type { Clock } from '../shared/clock.js';
import { newId } from '../shared/ids.js';
import type { Act } from './domain/act.js';
import type { Actor, AuditEntry } from './domain/audit-entry.js';
import { compareFields } from './domain/compare-fields.js';
import { AuditStore } from './persistence/audit-store.js';
import { SubjectReader } from './persistence/subject-reader.js';

/** Records who does what, in the transaction that does it (Database.withCommitHook): there is no change without its entry. */
@Injectable()
export class AuditTrail {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditStore) private readonly store: AuditStore,
    @Inject(SubjectReader) private readonly subjects: SubjectReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Runs `work` and records it with the first of its writes that does something. Work that writes nothing leaves no entry. */
  async during<T>(act: Act, work: () => Promise<T>): Promise<T> {
    let isRecorded = false;
    const record = async (tx: EntityManager, made: unknown) => {
      const actor = act.actor();
      if (isRecorded || actor === undefined || didNothing(made)) return;
      await this.store.insertIn(tx, await this.#entry(tx, { act, actor, made }));
      isRecorded = true;
    };
    return this.database.withCommitHook(record, work);
  }

  async #entry(
    tx: EntityManager,
    { act, actor, made }: { readonly act: Act; readonly actor: Actor; readonly made: unknown },
  ): Promise<AuditEntry> {
    const { action, subject, origin, requestId, reason } = act;
    const madeId = idOfMade(made);
    const subjectId = act.subjectId ?? madeId;
    const before = act.subjectId === null ? null : await this.subjects.before(subject, act.subjectId);
    const after = subjectId === null ? null : await this.subjects.after(tx, subject, subjectId);
    return {
      id: newId(),
      at: this.clock.now().toISOString(),
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      origin,
      requestId,
      action,
      subjectType: subject.type,
      subjectId,
      subjectName: nameIn(after ?? before),
      madeId: madeId === subjectId ? null : madeId,
      reason,
      ...compareFields(before, after),
    };
  }
}

/** A write that answers false, null or an empty list says that it found nothing to do. */
function didNothing(made: unknown): boolean {
  return made === false || made === null || (Array.isArray(made) && made.length === 0);
}

function nameIn(fields: Readonly<Record<string, unknown>> | null): string | null {
  const name = fields?.name ?? fields?.assetName ?? fields?.packageName;
  return typeof name === 'string' ? name : null;
}
