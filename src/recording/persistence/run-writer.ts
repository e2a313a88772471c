import type { EntityManager } from 'typeorm';
import type { Outcome } from '../../deployments/domain/outcome.js';
import { ACTIVE_STATES } from '../../deployments/domain/run-state.js';
import { DeploymentEntity } from '../../deployments/persistence/deployment.entity.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { CredentialId } from '../../shared/ids.js';
import { digestOfContent } from '../domain/intake.js';
import { project } from '../domain/projection.js';
import type { ApiEvent, EventSource, RunFact } from '../domain/run-event.js';
import { AssetContactEntity } from './asset-contact.entity.js';
import { LogonRefusalEntity } from './logon-refusal.entity.js';
import { RunEventEntity } from './run-event.entity.js';

type NewEvent = Omit<RunEventEntity, 'eventId'>;

/** What identifies a fact: where it comes from, its number there, and a digest of what was said. */
export interface FactOrigin {
  readonly source: EventSource;
  readonly sourceSeq: number;
  readonly digest: string;
}

/** What a transaction did to one run. */
export interface CommittedChange {
  /** How many events it added. */
  readonly events: number;
  /** The outcome when this was its end, null otherwise. */
  readonly finishedAs: Outcome | null;
}

/** SQLite takes at most 32,766 values in a statement; a row has nine. */
const ROWS_PER_INSERT = 500;

/**
 * Adds facts to one run inside a transaction: allots `seq`, advances the projection, and writes both with
 * `save`. Whoever changes a run's state does it through this, so that events and row never disagree.
 */
export class RunWriter {
  readonly run: TargetRunEntity;
  /** The instant of this transaction. */
  readonly at: string;
  readonly #tx: EntityManager;
  readonly #events: NewEvent[] = [];
  readonly #refusals: LogonRefusalEntity[] = [];
  #isSeen = false;
  #credentialId: CredentialId | undefined;
  readonly #before: ReadonlyMap<string, unknown>;

  constructor(tx: EntityManager, run: TargetRunEntity, at: string) {
    this.#tx = tx;
    this.run = run;
    this.at = at;
    this.#before = new Map(Object.entries(run));
  }

  get change(): CommittedChange {
    return { events: this.#events.length, finishedAs: this.#hasFinished ? this.run.outcome : null };
  }

  /** Adds a fact of the api itself. */
  addApiEvent(event: ApiEvent): void {
    const fact = { ...event, seq: this.run.apiSeq + 1, at: this.at };
    this.run.apiSeq = fact.seq;
    this.add(fact, { source: 'api', sourceSeq: fact.seq, digest: digestOfContent(fact) });
  }

  add(fact: RunFact, origin: FactOrigin): void {
    const { seq: _sourceSeq, at, type, ...body } = fact;
    this.run.lastSeq += 1;
    Object.assign(this.run, project(this.run, fact, this.at));
    // Only an asset that has let us in brings about one of these.
    if (fact.type === 'run.attached' || fact.type === 'run.reattached') {
      this.#isSeen = true;
      this.#credentialId = fact.credentialId as CredentialId | undefined;
    }
    if (fact.type === 'logon.refused') this.#refusals.push(this.#refusalOf(fact));
    this.#events.push({
      targetRunId: this.run.id,
      deploymentId: this.run.deploymentId,
      seq: this.run.lastSeq,
      ...origin,
      type,
      at,
      body: JSON.stringify(body),
    });
  }

  /** The digest that was recorded for an identity, in this transaction or before; null when there is none. */
  async recordedDigest(source: EventSource, sourceSeq: number): Promise<string | null> {
    const added = this.#events.find((event) => event.source === source && event.sourceSeq === sourceSeq);
    if (added) return added.digest;
    const stored = await this.#tx.findOne(RunEventEntity, {
      where: { targetRunId: this.run.id, source, sourceSeq },
      select: { eventId: true, digest: true },
    });
    return stored?.digest ?? null;
  }

  /** Writes the events and what has changed of the row. A run that finished may finish its deployment. */
  async save(): Promise<void> {
    for (let from = 0; from < this.#events.length; from += ROWS_PER_INSERT) {
      const rows = this.#events.slice(from, from + ROWS_PER_INSERT);
      await this.#tx
        .createQueryBuilder()
        .insert()
        .into(RunEventEntity)
        .values(rows)
        .updateEntity(false)
        .execute();
    }
    if (this.#refusals.length > 0) await this.#tx.save(LogonRefusalEntity, this.#refusals);
    if (this.#isSeen) await this.#tx.save(AssetContactEntity, this.#contact());
    const changed = changesBetween(this.#before, this.run);
    if (Object.keys(changed).length > 0) await this.#tx.update(TargetRunEntity, { id: this.run.id }, changed);
    await this.#settleDeployment();
  }

  #contact(): Partial<AssetContactEntity> {
    const credentialId = this.#credentialId;
    return { assetId: this.run.assetId, lastSeenAt: this.at, ...(credentialId ? { credentialId } : {}) };
  }

  #refusalOf(fact: Extract<RunFact, { type: 'logon.refused' }>): LogonRefusalEntity {
    return {
      assetId: this.run.assetId,
      credentialId: fact.credentialId as CredentialId,
      credentialVersion: fact.credentialVersion,
      refusedAt: this.at,
    };
  }

  async #settleDeployment(): Promise<void> {
    const { deploymentId } = this.run;
    if (this.#before.get('startedAt') === null && this.run.startedAt !== null) {
      await markStarted(this.#tx, deploymentId, this.at);
    }
    if (this.#hasFinished) await finishWhenDone(this.#tx, deploymentId, this.at);
  }

  get #hasFinished(): boolean {
    return this.#before.get('state') !== 'finished' && this.run.state === 'finished';
  }
}

function changesBetween(
  before: ReadonlyMap<string, unknown>,
  after: TargetRunEntity,
): Partial<TargetRunEntity> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => before.get(key) !== value));
}

async function markStarted(tx: EntityManager, id: DeploymentEntity['id'], at: string): Promise<void> {
  const query = tx.createQueryBuilder().update(DeploymentEntity).set({ startedAt: at });
  await query.where('id = :id AND startedAt IS NULL', { id }).execute();
}

async function finishWhenDone(tx: EntityManager, id: DeploymentEntity['id'], at: string): Promise<void> {
  const open = await tx
    .createQueryBuilder(TargetRunEntity, 'run')
    .select('run.id')
    .where('run.deploymentId = :id AND run.state IN (:...states)', {
      id,
      states: ['waiting', ...ACTIVE_STATES],
    })
    .limit(1)
    .getOne();
  if (open) return;
  // The secrets have served: nothing of this order can start any more.
  await tx.update(DeploymentEntity, { id }, { state: 'finished', finishedAt: at, sealedSecrets: null });
}
