import { NtlmInitiator, unwrapNegotiateReply, type NtlmSecurityContext } from '../../ntlm/index.js';
import type { WinrmPhase } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../transport/transport.js';
import { authenticationError, withNtlmErrors } from './auth-errors.js';
import { SOAP_CONTENT_TYPE, type AuthProvider, type ClearBody } from './auth-provider.js';
import {
  decodeEncryptedBody,
  ENCRYPTED_CONTENT_TYPE,
  encodeEncryptedBody,
  FramingError,
  isEncrypted,
} from './encrypted-body.js';
import { negotiateToken, offeredSchemes } from './negotiate-header.js';

const LEG = { phase: 'authenticate', sent: 'no' } as const;

/**
 * `Authorization: Negotiate` with raw NTLMv2 tokens. Over HTTP every body is sealed and a clear answer is refused;
 * over HTTPS (`sealing` false) TLS protects the bodies and the channel binding ties the logon to it.
 */
export class NegotiateAuth implements AuthProvider {
  readonly mechanism = 'Negotiate';
  readonly #initiator: NtlmInitiator;
  readonly #sealing: boolean;
  #context: NtlmSecurityContext | undefined;

  constructor(initiator: NtlmInitiator, { sealing }: { readonly sealing: boolean }) {
    this.#initiator = initiator;
    this.#sealing = sealing;
  }

  start(): string {
    return authorization(this.#initiator.negotiate());
  }

  next(reply: HttpResponse): string | undefined {
    if (this.#context) return this.#finish(reply);
    if (reply.status !== 401) throw unexpectedLeg(reply);
    const { token, context } = withNtlmErrors('authenticate', () =>
      this.#initiator.authenticate(challengeOf(reply)),
    );
    this.#context = context;
    return authorization(token);
  }

  seal(body: Buffer): HttpRequest {
    if (!this.#sealing) return { headers: { 'Content-Type': SOAP_CONTENT_TYPE }, body };
    const sealed = withNtlmErrors('authenticate', () => this.#established().seal(body));
    return {
      headers: { 'Content-Type': ENCRYPTED_CONTENT_TYPE },
      body: encodeEncryptedBody({ contentType: SOAP_CONTENT_TYPE, ...sealed }),
    };
  }

  open(reply: HttpResponse, phase: WinrmPhase): ClearBody {
    if (reply.status === 401) throw lost(phase);
    if (!this.#sealing) return { contentType: reply.contentType, bytes: reply.body };
    // HTTP.sys answers 400 to a body whose seal does not fit the connection (MetricsHub, pywinrm).
    if (reply.status === 400) throw sealRefused(phase);
    if (!isEncrypted(reply.contentType)) throw clearText(phase);
    const { contentType, signature, ciphertext } = decode(reply.body, phase);
    const bytes = withNtlmErrors(phase, () => this.#established().open(signature, ciphertext));
    return { contentType, bytes };
  }

  // 400 and 500 may be the service's word about the empty body; the logon itself is refused with 401 only.
  #finish(reply: HttpResponse): undefined {
    if (reply.status === 401) throw badCredentials();
    if (reply.status >= 300 && reply.status !== 400 && reply.status !== 500) throw unexpectedLeg(reply);
    const token = negotiateToken(reply.authenticate);
    if (token && token.length > 0) withNtlmErrors('authenticate', () => unwrapNegotiateReply(token));
  }

  #established(): NtlmSecurityContext {
    if (!this.#context) throw new Error('The handshake must be complete before bodies are sealed');
    return this.#context;
  }
}

const authorization = (token: Buffer): string => `Negotiate ${token.toString('base64')}`;

const challengeOf = ({ authenticate }: HttpResponse): Buffer => {
  const token = negotiateToken(authenticate);
  if (token === undefined) {
    const offered = offeredSchemes(authenticate).join(', ') || 'nothing';
    throw authenticationError(
      'mechanism-not-offered',
      `The host does not offer Negotiate, but ${offered}`,
      LEG,
    );
  }
  const challenge = token.length === 0 ? undefined : unwrapNegotiateReply(token).token;
  if (!challenge)
    throw authenticationError('mechanism-not-offered', 'The host does not take NTLM under Negotiate', LEG);
  return challenge;
};

const decode = (body: Buffer, phase: WinrmPhase) => {
  try {
    return decodeEncryptedBody(body);
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    throw authenticationError('bad-seal', error.message, { phase, sent: 'yes', cause: error });
  }
};

const badCredentials = () =>
  authenticationError('bad-credentials', 'The host does not accept the user name or the password', LEG);

const unexpectedLeg = ({ status }: HttpResponse) =>
  authenticationError('bad-challenge', `The host answered the authentication with HTTP ${status}`, LEG);

const lost = (phase: WinrmPhase) =>
  authenticationError(
    'authentication-lost',
    `The host asked for a new logon in place of answering ${phase}`,
    {
      phase,
      sent: 'yes',
    },
  );

const sealRefused = (phase: WinrmPhase) =>
  authenticationError('seal-refused', `The host could not open the sealed request ${phase}`, {
    phase,
    sent: 'yes',
  });

const clearText = (phase: WinrmPhase) =>
  authenticationError('clear-text-refused', `The answer to ${phase} came unsealed on a sealed connection`, {
    phase,
    sent: 'yes',
  });
