/** NEGOTIATE flags that the acceptor knows (MS-NLMP 2.2.2.5). */
export const NtlmFlag = {
  UNICODE: 0x00000001,
  OEM: 0x00000002,
  REQUEST_TARGET: 0x00000004,
  SIGN: 0x00000010,
  SEAL: 0x00000020,
  NTLM: 0x00000200,
  ANONYMOUS: 0x00000800,
  ALWAYS_SIGN: 0x00008000,
  TARGET_TYPE_SERVER: 0x00020000,
  EXTENDED_SESSION_SECURITY: 0x00080000,
  TARGET_INFO: 0x00800000,
  VERSION: 0x02000000,
  KEY_128: 0x20000000,
  KEY_EXCH: 0x40000000,
  KEY_56: 0x80000000,
} as const;

const ALWAYS_SET =
  NtlmFlag.REQUEST_TARGET |
  NtlmFlag.NTLM |
  NtlmFlag.TARGET_TYPE_SERVER |
  NtlmFlag.TARGET_INFO |
  NtlmFlag.VERSION;

const KEPT_WHEN_ASKED =
  NtlmFlag.SIGN |
  NtlmFlag.SEAL |
  NtlmFlag.ALWAYS_SIGN |
  NtlmFlag.EXTENDED_SESSION_SECURITY |
  NtlmFlag.KEY_128 |
  NtlmFlag.KEY_EXCH |
  NtlmFlag.KEY_56;

/**
 * The flags of the CHALLENGE that answers these of a NEGOTIATE. A Windows host answered 0xe2889032 with
 * 0xe28a8236 and 0xe2088237 with 0xe28a8235: it drops OEM when Unicode is offered, and always adds its target.
 */
export function challengeFlags(negotiateFlags: number): number {
  const encoding = (negotiateFlags & NtlmFlag.UNICODE) !== 0 ? NtlmFlag.UNICODE : NtlmFlag.OEM;
  return ((negotiateFlags & KEPT_WHEN_ASKED) | ALWAYS_SET | encoding) >>> 0;
}

/** Whether every bit of `flag` is set. */
export function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) >>> 0 === flag >>> 0;
}
