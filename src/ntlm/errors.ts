/**
 * Why an NTLM exchange cannot go on. Stable: callers may switch on it.
 *
 * - `malformed-token`: a message, target information, SPNEGO or DER structure breaks its format.
 * - `rejected`: the SPNEGO reply says that the server refuses.
 * - `downgrade`: the challenge drops signing, sealing, 128-bit keys, extended session security or Unicode.
 * - `target-info-missing`: the challenge names neither computer nor domain, so keys could not be trusted.
 * - `timestamp-missing`: the challenge holds no time, so the handshake would have no MIC.
 * - `bad-signature`: a sealed or signed message is not what the peer sent, or arrived out of order.
 * - `context-dead`: the context failed before and must not be used again.
 * - `bad-user-name`: the user name has no user part.
 */
export type NtlmErrorCode =
  | 'malformed-token'
  | 'rejected'
  | 'downgrade'
  | 'target-info-missing'
  | 'timestamp-missing'
  | 'bad-signature'
  | 'context-dead'
  | 'bad-user-name';

/** Any failure of this library; `code` is stable, the message is for people. */
export class NtlmError extends Error {
  override readonly name = 'NtlmError';

  constructor(
    readonly code: NtlmErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
