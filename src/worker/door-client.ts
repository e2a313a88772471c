import type { z } from 'zod';
import {
  type Beat,
  type BeatAnswer,
  beatAnswerSchema,
  type EventAnswer,
  type EventBatch,
  eventAnswerSchema,
  type Registration,
} from '../recording/domain/door.js';
import {
  type ScanBegin,
  scanBeginAnswerSchema,
  type ScanEnd,
  type ScanRefusal,
} from '../scanning/domain/scan-door.js';
import { messageOf, WinchError } from '../shared/errors.js';

/** The api did not answer, or not as agreed. Nothing was lost: what was asked may be asked again. */
export class DoorError extends WinchError {
  override readonly logLevel = 'warn';

  constructor(
    message: string,
    readonly code: 'api-unreachable' | 'api-refused' | 'content-refused' | 'api-protocol' | 'worker-unknown',
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

export interface DoorOptions {
  /** The api's address without a path, `http://127.0.0.1:3080`. */
  readonly apiUrl: string;
  readonly apiToken: string;
  readonly instanceId: string;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** The worker's side of /internal/v1. Every call either returns what the api said, parsed, or throws DoorError. */
export class DoorClient {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  get instanceId(): string {
    return this.#options.instanceId;
  }

  async register(registration: Registration, signal: AbortSignal): Promise<void> {
    await this.#post('/workers', registration, signal);
  }

  /** Says that this worker lives and what it follows; the answer says what it must do. */
  async beat(beat: Beat, signal: AbortSignal): Promise<BeatAnswer> {
    const answer = await this.#post(`/workers/${this.#options.instanceId}/beat`, beat, signal);
    return parse(beatAnswerSchema, answer);
  }

  /** Hands back everything that this worker followed: the api queues it for another. */
  async detach(signal: AbortSignal): Promise<void> {
    await this.#post(`/workers/${this.#options.instanceId}/detach`, {}, signal);
  }

  /** Sends events. They are recorded only when this returns; sending them again is harmless. */
  async send(batch: EventBatch, signal: AbortSignal): Promise<EventAnswer> {
    return parse(eventAnswerSchema, await this.#post('/events', batch, signal));
  }

  /** Asks whether this attempt at a scan is the valid one. */
  async beginScan(
    scanId: string,
    attempt: ScanBegin,
    signal: AbortSignal,
  ): Promise<{ readonly go: boolean }> {
    return parse(scanBeginAnswerSchema, await this.#post(`/scans/${scanId}/begin`, attempt, signal));
  }

  /** Says that the asset of a scan has refused a credential. */
  async refuseLogon(scanId: string, refusal: ScanRefusal, signal: AbortSignal): Promise<void> {
    await this.#post(`/scans/${scanId}/refusal`, refusal, signal);
  }

  /** Says what came of an attempt at a scan; saying it again is harmless. */
  async endScan(scanId: string, end: ScanEnd, signal: AbortSignal): Promise<void> {
    await this.#post(`/scans/${scanId}/end`, end, signal);
  }

  async #post(path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const response = await this.#fetch(path, body, signal);
    const text = await response.text().catch((error: unknown) => {
      throw new DoorError(`The api broke off its answer to ${path}`, 'api-unreachable', { cause: error });
    });
    if (!response.ok) {
      throw new DoorError(
        `The api refused ${path} with ${response.status}: ${text.slice(0, 300)}`,
        refusal(response.status),
      );
    }
    return text === '' ? {} : parseJson(text, path);
  }

  async #fetch(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(`${this.#options.apiUrl}/internal/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.#options.apiToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new DoorError(
        `The api at ${this.#options.apiUrl} did not answer (${messageOf(error)}): check that it runs and WINCH_API_URL`,
        'api-unreachable',
        { cause: error },
      );
    }
  }
}

/** About what was sent, not about who sent it. */
const CONTENT_STATUSES: readonly number[] = [400, 413, 422];

/** 5xx and 429 pass, 404 means that the api does not know this worker; anything else will be refused again. */
function refusal(status: number): DoorError['code'] {
  if (status === 404) return 'worker-unknown';
  if (CONTENT_STATUSES.includes(status)) return 'content-refused';
  return status >= 500 || status === 429 ? 'api-unreachable' : 'api-refused';
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DoorError(`The api answered ${path} with something that is not JSON`, 'api-protocol', {
      cause: error,
    });
  }
}

function parse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new DoorError(
    'The api answered in another form: check that api and worker are the same version',
    'api-protocol',
    {
      cause: result.error,
    },
  );
}
