/** NegotiateFlags, [MS-NLMP] 2.2.2.5. Only those that we send, need or keep. */
export const NegotiateFlag = {
  unicode: 0x0000_0001,
  requestTarget: 0x0000_0004,
  sign: 0x0000_0010,
  seal: 0x0000_0020,
  ntlm: 0x0000_0200,
  alwaysSign: 0x0000_8000,
  extendedSessionSecurity: 0x0008_0000,
  targetInfo: 0x0080_0000,
  version: 0x0200_0000,
  key128: 0x2000_0000,
  keyExchange: 0x4000_0000,
  key56: 0x8000_0000,
} as const;

const combine = (...flags: readonly number[]): number => flags.reduce((all, flag) => (all | flag) >>> 0, 0);

/** What the NEGOTIATE message offers. */
export const OFFERED_FLAGS = combine(
  NegotiateFlag.unicode,
  NegotiateFlag.requestTarget,
  NegotiateFlag.sign,
  NegotiateFlag.seal,
  NegotiateFlag.ntlm,
  NegotiateFlag.alwaysSign,
  NegotiateFlag.extendedSessionSecurity,
  NegotiateFlag.version,
  NegotiateFlag.key128,
  NegotiateFlag.keyExchange,
  NegotiateFlag.key56,
);

/** Without these in the challenge there is no sealing worth the name, so the exchange ends. */
export const REQUIRED_FLAGS = {
  unicode: NegotiateFlag.unicode,
  signing: NegotiateFlag.sign,
  sealing: NegotiateFlag.seal,
  'extended session security': NegotiateFlag.extendedSessionSecurity,
  '128-bit keys': NegotiateFlag.key128,
} as const;

/** What the AUTHENTICATE message confirms: the server's choice among what we offered ([MS-NLMP] 3.1.5.1.2). */
export const negotiatedFlags = (challengeFlags: number): number =>
  (challengeFlags & combine(OFFERED_FLAGS, NegotiateFlag.targetInfo)) >>> 0;

/** Is `flag` set in `flags`? */
export const hasFlag = (flags: number, flag: number): boolean => (flags & flag) !== 0;
