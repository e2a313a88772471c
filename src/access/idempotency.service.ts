import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, ValidationError } from '../shared/errors.js';
import type { IdempotencyRecord, KeptAnswer } from './persistence/idempotency-record.entity.js';
import { IdempotencyStore } from './persistence/idempotency-store.js';

const KEPT_DAYS = 7;
const DAY_MS = 86_400_000;

/** One request that carries an idempotency key. */
export interface IdempotentRequest {
  /** Who asks and for what: the key's scope. */
  readonly callerId: string;
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
}

export type { KeptAnswer };

export interface IdempotentAnswer extends KeptAnswer {
  readonly replayed: boolean;
}

type Work = () => Promise<KeptAnswer>;

/**
 * Carries a request out at most once per key. That it was carried out is stored in the transaction that does
 * it (Database.withCommitHook), so that a crash at any moment leaves either nothing, and the repetition does it,
 * or the mark, and the repetition does not. A request that fails leaves no mark: corrected, it may be sent again.
 */
@Injectable()
export class IdempotencyService {
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(IdempotencyStore) private readonly store: IdempotencyStore,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Answers what the first request with this key was answered, or runs `work`. A repetition that arrives while the
   * first is under way waits for it.
   *
   * @throws ValidationError `idempotency-key-reused` when the first request had another body.
   * @throws ConflictError `idempotency-answer-lost` when it was carried out and the process ended before the answer.
   */
  async run(request: IdempotentRequest, work: Work): Promise<IdempotentAnswer> {
    const id = this.#hash('key', [request.callerId, request.path, request.key]);
    for (let first = this.#underWay.get(id); first; first = this.#underWay.get(id))
      await first.catch(() => undefined);
    const turn = this.#inTurn({ id, bodyHash: this.#hash('body', request.body) }, work);
    this.#underWay.set(id, turn);
    try {
      return await turn;
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #inTurn(mark: Pick<IdempotencyRecord, 'id' | 'bodyHash'>, work: Work): Promise<IdempotentAnswer> {
    const now = this.clock.now();
    const kept = await this.store.find(mark.id);
    if (kept && kept.expiresAt > now.toISOString()) return replay(kept, mark.bodyHash);
    const expiresAt = new Date(now.getTime() + KEPT_DAYS * DAY_MS).toISOString();
    const { result, marked } = await this.store.mark(
      { ...mark, expiresAt, madeId: null, answer: null },
      work,
    );
    if (marked) await this.store.keepAnswer(mark.id, result, now.toISOString());
    return { ...result, replayed: false };
  }

  /** Keyed, because a body may hold a secret that is short enough to be guessed from a plain hash. */
  #hash(purpose: string, value: unknown): string {
    return createHmac('sha256', this.config.masterKey)
      .update(`${purpose}\n${JSON.stringify(value) ?? ''}`)
      .digest('hex');
  }
}

function replay(kept: IdempotencyRecord, bodyHash: string): IdempotentAnswer {
  if (kept.bodyHash !== bodyHash) {
    throw new ValidationError(
      'This Idempotency-Key came with another body before: use a new key for a new request',
      [],
      'idempotency-key-reused',
    );
  }
  if (kept.answer) return { ...kept.answer, replayed: true };
  const made = kept.madeId === null ? '' : ` (it made ${kept.madeId})`;
  throw new ConflictError(
    `The first request with this Idempotency-Key was carried out${made}, but the server ended before its answer was kept: read what it made`,
    'idempotency-answer-lost',
  );
}
