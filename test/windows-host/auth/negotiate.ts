import type { HostAccount } from './accounts.js';
import { NtlmAcceptor, type NtlmResult, type NtlmSettings } from './ntlm-acceptor.js';
import { messageType } from './ntlm-messages.js';
import { SealMismatch, type NtlmSecurity } from './ntlm-security.js';
import { isRangeError } from './range-error.js';
import { decodeSpnego, encodeResponse, NegState, type SpnegoToken } from './spnego.js';

/** What one `Authorization: Negotiate` (or `NTLM`) token leads to. */
export type NegotiateResult =
  | { readonly kind: 'continue'; readonly token: Buffer }
  | {
      readonly kind: 'accepted';
      readonly account: HostAccount;
      readonly security: NtlmSecurity;
      readonly token: Buffer | null;
    }
  | { readonly kind: 'refused'; readonly reason: string };

type Accepted = Extract<NtlmResult, { kind: 'accepted' }>;

/** One connection's logon: NTLM as it is, or wrapped in SPNEGO (MS-WSMV 2.2.9.1, RFC 4178). */
export class NegotiateExchange {
  readonly #acceptor: NtlmAcceptor;
  #mechTypes: Buffer | null = null;

  constructor(settings: NtlmSettings) {
    this.#acceptor = new NtlmAcceptor(settings);
  }

  /** Takes the client's next token. */
  next(token: Buffer): NegotiateResult {
    try {
      return this.#dispatch(token);
    } catch (error) {
      if (isRangeError(error)) return refused('malformed');
      throw error;
    }
  }

  #dispatch(token: Buffer): NegotiateResult {
    if (messageType(token) !== null) return this.#nextNtlm(token);
    const wrapped = decodeSpnego(token);
    return wrapped === null ? refused('malformed') : this.#nextSpnego(wrapped);
  }

  #nextNtlm(token: Buffer): NegotiateResult {
    if (messageType(token) === 1) return { kind: 'continue', token: this.#acceptor.challenge(token) };
    const result = this.#acceptor.accept(token);
    return result.kind === 'accepted' ? { ...result, token: null } : result;
  }

  #nextSpnego(wrapped: SpnegoToken): NegotiateResult {
    if (wrapped.mechTypes !== null) this.#mechTypes = Buffer.from(wrapped.mechTypes);
    if (!wrapped.offersNtlm) return refused('ntlm-not-offered');
    const inner = wrapped.mechToken ?? Buffer.alloc(0);
    if (messageType(inner) === 3) return this.#finishSpnego(inner, wrapped.mechListMic);
    // A token of the client's preferred mechanism that is not NTLM is passed over: it is asked for NTLM's.
    const challenge = messageType(inner) === 1 ? this.#acceptor.challenge(inner) : null;
    const state = challenge === null ? NegState.REQUEST_MIC : NegState.ACCEPT_INCOMPLETE;
    return {
      kind: 'continue',
      token: encodeResponse({ state, selectNtlm: true, responseToken: challenge, mechListMic: null }),
    };
  }

  #finishSpnego(authenticate: Buffer, clientMic: Buffer | null): NegotiateResult {
    const result = this.#acceptor.accept(authenticate);
    if (result.kind !== 'accepted') return result;
    const mechListMic = this.#exchangeMics(result, clientMic);
    if (mechListMic === 'wrong') return refused('wrong-mech-list-mic');
    const state = NegState.ACCEPT_COMPLETED;
    const token = encodeResponse({ state, selectNtlm: false, responseToken: null, mechListMic });
    return { kind: 'accepted', account: result.account, security: result.security, token };
  }

  /** The server's mechListMIC, null when the client sent none, or `wrong`. A MIC inside NTLM makes this one mandatory (MS-SPNG 3.3.5.1). */
  #exchangeMics(result: Accepted, clientMic: Buffer | null): Buffer | null | 'wrong' {
    if (clientMic === null || this.#mechTypes === null) return result.usedMic ? 'wrong' : null;
    try {
      result.security.verify(this.#mechTypes, clientMic);
    } catch (error) {
      if (error instanceof SealMismatch) return 'wrong';
      throw error;
    }
    const serverMic = result.security.sign(this.#mechTypes);
    result.security.restartStreams();
    return serverMic;
  }
}

function refused(reason: string): NegotiateResult {
  return { kind: 'refused', reason };
}
