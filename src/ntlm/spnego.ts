import { contextTag, DerTag, expectDer, readDerChildren } from './der.js';
import { NtlmError } from './errors.js';
import { isNtlmMessage } from './messages.js';

const NEG_TOKEN_RESP = contextTag(1);
const NEG_STATE_REJECT = 2;

/** What an acceptor's reply says, whether it came raw or inside SPNEGO. */
export interface NegotiateReply {
  /** The mechanism's token; undefined when the reply only completes the exchange. */
  readonly token: Buffer | undefined;
  /** The acceptor's MIC over the mechanism list (RFC 4178 section 5), when it sent one. */
  readonly mechListMic: Buffer | undefined;
}

/**
 * Takes the mechanism's token out of a reply: a raw NTLM message as it is, or the responseToken of a
 * NegTokenResp (RFC 4178 section 4.2.2). Throws NtlmError `rejected` when negState is reject, and
 * `malformed-token` when it is neither.
 */
export const unwrapNegotiateReply = (reply: Buffer): NegotiateReply => {
  if (isNtlmMessage(reply)) return { token: reply, mechListMic: undefined };
  const fields = readDerChildren(
    expectDer(expectDer(reply, NEG_TOKEN_RESP).content, DerTag.sequence).content,
  );
  const field = (n: number, tag: number): Buffer | undefined => {
    const found = fields.find((element) => element.tag === contextTag(n));
    return found && expectDer(found.content, tag).content;
  };
  if (field(0, DerTag.enumerated)?.at(-1) === NEG_STATE_REJECT) {
    throw new NtlmError('rejected', 'The server rejected the authentication (SPNEGO negState reject)');
  }
  return { token: field(2, DerTag.octetString), mechListMic: field(3, DerTag.octetString) };
};
