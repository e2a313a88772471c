import type { JobPayload } from '../dispatch/domain/sealed-job.js';
import type { Deadline } from '../shared/deadline.js';
import { Secret } from '../shared/secret.js';
import { AuthenticationError, openSession, type Session, type SessionOptions } from '../winrm/index.js';

/**
 * Opens a session with the first credential that the target accepts, in the order of the job. A refused one is not
 * tried again by this worker for this run, so that nobody is locked out.
 *
 * @throws WinrmError of the last credential that was tried; any error but refused credentials ends the attempts.
 */
export class TargetDoor {
  readonly #target: JobPayload['target'];
  #credentials: JobPayload['credentials'];
  #onEvent: SessionOptions['onEvent'];

  constructor(job: Pick<JobPayload, 'target' | 'credentials'>, onEvent: SessionOptions['onEvent']) {
    this.#target = job.target;
    this.#credentials = job.credentials;
    this.#onEvent = onEvent;
  }

  /** Where it goes, for people: `PC-0042 (https://10.0.0.7:5986)`. */
  get address(): string {
    const { transport, address, port } = this.#target;
    return `${transport}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  async open(deadline: Deadline): Promise<Session> {
    for (;;) {
      const [credential, ...others] = this.#credentials;
      if (!credential) throw new Error('A job without credentials must not be queued');
      try {
        return await openSession(this.#optionsFor(credential), deadline);
      } catch (error) {
        if (!isRefusedLogon(error) || others.length === 0) throw error;
        this.#credentials = others;
      }
    }
  }

  #optionsFor(credential: JobPayload['credentials'][number]): SessionOptions {
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
      ...(this.#onEvent ? { onEvent: this.#onEvent } : {}),
    };
  }
}

export function isRefusedLogon(error: unknown): boolean {
  return error instanceof AuthenticationError && error.code === 'bad-credentials';
}

function tlsOf(target: JobPayload['target']): SessionOptions['tls'] {
  if (target.transport === 'http') return undefined;
  if (target.tlsVerify === 'fingerprint')
    return { verify: 'fingerprint', fingerprint: target.tlsFingerprint ?? '' };
  return { verify: target.tlsVerify };
}
