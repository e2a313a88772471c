import { AvId, encodeAvPairs } from './av-pairs.js';
import { NtlmError } from './errors.js';
import { NtlmInitiator } from './initiator.js';

const CHALLENGE_FLAGS = 0xe28a8235;
const NAME = Buffer.from('WEB01', 'utf16le');
const BOTH_NAMES = [
  { id: AvId.netbiosDomainName, value: NAME },
  { id: AvId.netbiosComputerName, value: NAME },
];

const anInitiator = () =>
  new NtlmInitiator({ user: 'admin', domain: '', password: { reveal: () => 'pw' }, now: () => new Date(0) });

const aChallenge = ({ flags = CHALLENGE_FLAGS, pairs = BOTH_NAMES, offset = 48 } = {}): Buffer => {
  const targetInfo = encodeAvPairs(pairs);
  const head = Buffer.alloc(48);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(flags, 20);
  head.writeUInt16LE(targetInfo.length, 40);
  head.writeUInt32LE(offset, 44);
  return Buffer.concat([head, targetInfo]);
};

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof NtlmError ? error.code : String(error);
  }
};

describe('NtlmInitiator', () => {
  it('offers Unicode, signing, sealing, 128 bits, key exchange and extended session security', () => {
    expect(anInitiator().negotiate().readUInt32LE(12)).toBe(0xe2088235);
  });

  it.each([
    ['sign', 0x10],
    ['seal', 0x20],
    ['128-bit keys', 0x2000_0000],
    ['extended session security', 0x8_0000],
    ['Unicode', 0x1],
  ])('refuses a challenge without %s', (_name, flag) => {
    const challenge = aChallenge({ flags: (CHALLENGE_FLAGS & ~flag) >>> 0 });

    expect(codeOf(() => anInitiator().authenticate(challenge))).toBe('downgrade');
  });

  it('refuses a challenge that names no computer', () => {
    const challenge = aChallenge({ pairs: BOTH_NAMES.slice(0, 1) });

    expect(codeOf(() => anInitiator().authenticate(challenge))).toBe('target-info-missing');
  });

  it('uses the session base key, unencrypted, where the server does not exchange keys', () => {
    const { token, context } = anInitiator().authenticate(
      aChallenge({ flags: (CHALLENGE_FLAGS & ~0x4000_0000) >>> 0 }),
    );

    expect(token.readUInt16LE(52)).toBe(0);
    expect(context.sessionKey).toHaveLength(16);
  });

  it('sends an LMv2 response, no MIC and its own time to a challenge without a time stamp', () => {
    const { token } = anInitiator().authenticate(aChallenge());

    const ntResponse = token.subarray(token.readUInt32LE(24));
    // 1970-01-01 in FILETIME
    expect(ntResponse.subarray(24, 32).toString('hex')).toBe('00803ed5deb19d01');
    expect(token.readUInt32LE(32)).toBe(72);
    expect(token.subarray(token.readUInt32LE(16)).subarray(0, 24)).not.toEqual(Buffer.alloc(24));
  });

  it('refuses a challenge without a time stamp where it was given no time', () => {
    const initiator = new NtlmInitiator({ user: 'admin', domain: '', password: { reveal: () => 'pw' } });

    expect(codeOf(() => initiator.authenticate(aChallenge()))).toBe('timestamp-missing');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another message', anInitiator().negotiate()],
    ['target information outside the message', aChallenge({ offset: 60 })],
    ['target information inside the header', aChallenge({ offset: 8 })],
    ['an offset near 2^32', aChallenge({ offset: 0xffff_fff0 })],
    ['target information without its end', aChallenge().subarray(0, -4)],
  ])('refuses %s as malformed', (_name, token) => {
    expect(codeOf(() => anInitiator().authenticate(token))).toBe('malformed-token');
  });

  it('survives a challenge cut off at any byte', () => {
    const challenge = aChallenge();

    const codes = Array.from(challenge, (_byte, length) =>
      codeOf(() => anInitiator().authenticate(challenge.subarray(0, length))),
    );

    expect(new Set(codes)).toEqual(new Set(['malformed-token']));
  });
});
