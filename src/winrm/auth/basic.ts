import type { WinrmPhase } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../transport/transport.js';
import { authenticationError } from './auth-errors.js';
import { SOAP_CONTENT_TYPE, type AuthProvider, type ClearBody } from './auth-provider.js';
import { offeredSchemes } from './negotiate-header.js';

/** `Authorization: Basic` (RFC 7617) with every request. The caller makes sure that TLS is verified. */
export class BasicAuth implements AuthProvider {
  readonly mechanism = 'Basic';
  readonly #username: string;
  readonly #password: { reveal(): string };

  constructor(username: string, password: { reveal(): string }) {
    this.#username = username;
    this.#password = password;
  }

  /** Basic has no legs: the first operation carries the credentials. */
  start(): undefined {
    return undefined;
  }

  next(): undefined {
    return undefined;
  }

  seal(body: Buffer): HttpRequest {
    const credentials = Buffer.from(`${this.#username}:${this.#password.reveal()}`, 'utf8').toString(
      'base64',
    );
    return { headers: { 'Content-Type': SOAP_CONTENT_TYPE, Authorization: `Basic ${credentials}` }, body };
  }

  open(reply: HttpResponse, phase: WinrmPhase): ClearBody {
    if (reply.status === 401) throw refused(reply, phase);
    return { contentType: reply.contentType, bytes: reply.body };
  }
}

const refused = ({ authenticate }: HttpResponse, phase: WinrmPhase) => {
  const offered = offeredSchemes(authenticate);
  const fields = { phase: 'authenticate', sent: 'yes' } as const;
  return offered.length === 0 || offered.some((scheme) => scheme.toLowerCase() === 'basic')
    ? authenticationError(
        'bad-credentials',
        `The host refused the credentials that came with ${phase}`,
        fields,
      )
    : authenticationError(
        'mechanism-not-offered',
        `The host does not offer Basic, but ${offered.join(', ')}`,
        fields,
      );
};
