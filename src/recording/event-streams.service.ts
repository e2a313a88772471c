import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { WinchError } from '../shared/errors.js';
import { Loop } from '../shared/loop.js';

/** Streams that one key may hold at a time, those of its sessions among them: one program must not lock out all others. */
export const STREAMS_PER_KEY = 250;
/** Streams that all together may hold: each costs a socket, and a few events while its client is slow. */
export const STREAMS_IN_ALL = 1000;
/** A stream ends after this whatever happens; its client resumes it, and is let in anew or not. */
export const STREAM_LIFE_MS = 15 * 60_000;
/** How late a stream learns that its key was revoked or has expired, or that its session has ended. */
const REVIEW_INTERVAL_MS = 10_000;

/** One more stream would be too many. */
export class StreamLimitError extends WinchError {
  constructor(
    readonly code: 'too-many-streams' | 'streams-exhausted',
    message: string,
  ) {
    super(message);
  }
}

/** Whose stream it is. */
export interface StreamOwner {
  readonly keyId: string;
  /** Whether the access that the stream was opened with would be let in now. */
  readonly hasAccess: () => Promise<boolean>;
}

/** One stream's place; give it back by disposing of it. */
export interface StreamPlace extends Disposable {
  /** Aborts when the stream has to end: its access or its time is over. */
  readonly ended: AbortSignal;
}

interface OpenStream extends StreamOwner {
  readonly openedAtMs: number;
  readonly ending: AbortController;
}

/** The event streams that are open: how many may be, and for how long. */
@Injectable()
export class EventStreams implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #open = new Set<OpenStream>();
  readonly #loop = new Loop({
    everyMs: REVIEW_INTERVAL_MS,
    work: () => this.review(),
    onError: (error) => this.logger.error({ err: error }, 'event-streams.review-failed'),
  });

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** @throws StreamLimitError when the key, or all together, hold as many as they may. */
  open(owner: StreamOwner): StreamPlace {
    this.#refuseTooMany(owner.keyId);
    const stream = { ...owner, openedAtMs: this.clock.monotonicMs(), ending: new AbortController() };
    this.#open.add(stream);
    return { ended: stream.ending.signal, [Symbol.dispose]: () => void this.#open.delete(stream) };
  }

  /** Ends the streams whose access is over, and those that are old. */
  async review(): Promise<void> {
    for (const stream of this.#open) if (await this.#isOver(stream)) stream.ending.abort();
  }

  async #isOver({ openedAtMs, hasAccess }: OpenStream): Promise<boolean> {
    return this.clock.monotonicMs() - openedAtMs >= STREAM_LIFE_MS || !(await hasAccess());
  }

  #refuseTooMany(keyId: string): void {
    const ofKey = [...this.#open].filter((stream) => stream.keyId === keyId).length;
    if (ofKey >= STREAMS_PER_KEY)
      throw new StreamLimitError(
        'too-many-streams',
        `This key holds ${ofKey} event streams already: close those that nobody reads, follow a deployment's stream in place of those of its runs, or use a key per program`,
      );
    if (this.#open.size >= STREAMS_IN_ALL)
      throw new StreamLimitError(
        'streams-exhausted',
        `All ${STREAMS_IN_ALL} event streams are taken: try again later, or read pages with ?afterSeq= meanwhile`,
      );
  }
}
