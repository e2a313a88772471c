import type { JobPayload } from '../dispatch/domain/sealed-job.js';
import { heldBackUntil } from '../recording/domain/logon-refusal.js';
import type { Clock } from '../shared/clock.js';
import type { Deadline } from '../shared/deadline.js';
import { Secret } from '../shared/secret.js';
import { AuthenticationError, openSession, type Session, type SessionOptions } from '../winrm/index.js';
import { LogonHeldBackError } from './logon-held-back-error.js';

type JobCredential = JobPayload['credentials'][number];

export interface TargetDoorOptions {
  readonly clock: Clock;
  /** Told about each refused logon before anything else is tried, so that the api knows of it. */
  readonly onRefused: (credential: JobCredential) => Promise<void>;
  readonly onEvent?: SessionOptions['onEvent'];
}

/**
 * Opens sessions with the first credential that the target accepts, in the order of the job. A refused one is not tried
 * again for 15 minutes, whatever for (DESIGN section 10), so that nobody is locked out.
 */
export class TargetDoor {
  readonly #target: JobPayload['target'];
  readonly #options: TargetDoorOptions;
  readonly #credentials: JobPayload['credentials'];
  readonly #heldBackUntil: Map<string, string>;
  #current: JobCredential | undefined;
  /** One logon at a time: two at once with a wrong password are two failed logons. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(job: Pick<JobPayload, 'target' | 'credentials'>, options: TargetDoorOptions) {
    this.#target = job.target;
    this.#credentials = job.credentials;
    this.#options = options;
    this.#heldBackUntil = new Map(
      job.credentials.flatMap(({ id, heldBackUntil: until }) => (until === null ? [] : [[id, until]])),
    );
  }

  /** Where it goes, for people: `https://10.0.0.7:5986`. */
  get address(): string {
    const { transport, address, port } = this.#target;
    return `${transport}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  /** The credential of the last logon that was tried: of an open session the one that opened it. */
  get credentialId(): string | undefined {
    return this.#current?.id;
  }

  /**
   * @throws WinrmError of the last credential that was tried; any error but refused credentials ends the attempts.
   * LogonHeldBackError when none may be tried at present.
   */
  open(deadline: Deadline): Promise<Session> {
    const turn = this.#turn.then(() => this.#open(deadline));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /**
   * How long the target must be left alone after an error: until a credential may be tried again when it was about a
   * logon, undefined otherwise. A logon that was refused in the middle of a session counts as one.
   */
  async waitAfter(error: unknown): Promise<number | undefined> {
    if (isRefusedLogon(error) && this.#current) await this.#holdBack(this.#current);
    else if (!(error instanceof LogonHeldBackError)) return undefined;
    const now = this.#options.clock.now();
    return Math.max(0, Date.parse(this.#firstChance()) - now.getTime());
  }

  async #open(deadline: Deadline): Promise<Session> {
    let refusal: unknown;
    for (const credential of this.#usable()) {
      try {
        this.#current = credential;
        return await openSession(this.#optionsFor(credential), deadline);
      } catch (error) {
        if (!isRefusedLogon(error)) throw error;
        await this.#holdBack(credential);
        refusal = error;
      }
    }
    throw refusal ?? new LogonHeldBackError(this.#firstChance());
  }

  #usable(): readonly JobCredential[] {
    const now = this.#options.clock.now().toISOString();
    return this.#credentials.filter(({ id }) => (this.#heldBackUntil.get(id) ?? '') <= now);
  }

  async #holdBack(credential: JobCredential): Promise<void> {
    const now = this.#options.clock.now().toISOString();
    if ((this.#heldBackUntil.get(credential.id) ?? '') > now) return;
    this.#heldBackUntil.set(credential.id, heldBackUntil(now));
    await this.#options.onRefused(credential);
  }

  /** When the first of them may be tried again. */
  #firstChance(): string {
    const instants = this.#credentials.map(({ id }) => this.#heldBackUntil.get(id) ?? '');
    return instants.reduce((first, instant) => (instant < first ? instant : first), instants[0] ?? '');
  }

  #optionsFor(credential: JobCredential): SessionOptions {
    const { address, port, transport, authentication } = this.#target;
    const tls = tlsOf(this.#target);
    return {
      host: address,
      port,
      transport,
      authentication,
      username: credential.username,
      password: new Secret(credential.password),
      ...(tls ? { tls } : {}),
      ...(this.#options.onEvent ? { onEvent: this.#options.onEvent } : {}),
    };
  }
}

function isRefusedLogon(error: unknown): boolean {
  return error instanceof AuthenticationError && error.code === 'bad-credentials';
}

function tlsOf(target: JobPayload['target']): SessionOptions['tls'] {
  if (target.transport === 'http') return undefined;
  if (target.tlsVerify === 'fingerprint')
    return { verify: 'fingerprint', fingerprint: target.tlsFingerprint ?? '' };
  return { verify: target.tlsVerify };
}
