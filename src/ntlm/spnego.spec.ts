import { NtlmError } from './errors.js';
import { unwrapNegotiateReply } from './spnego.js';

const der = (tag: number, ...contents: Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  const length =
    content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const negTokenResp = (...fields: Buffer[]): Buffer => der(0xa1, der(0x30, ...fields));
const negState = (state: number): Buffer => der(0xa0, der(0x0a, Buffer.from([state])));

const NTLM = Buffer.concat([Buffer.from('NTLMSSP\0'), Buffer.alloc(200, 7)]);

describe('unwrapNegotiateReply', () => {
  it('gives a raw NTLM message back as it is', () => {
    expect(unwrapNegotiateReply(NTLM)).toEqual({ token: NTLM, mechListMic: undefined });
  });

  it('takes the token and the mechListMIC out of a NegTokenResp', () => {
    const mic = Buffer.alloc(16, 9);
    const mechanism = der(0xa1, der(0x06, Buffer.from('2b06010401823702020a', 'hex')));
    const reply = negTokenResp(negState(1), mechanism, der(0xa2, der(0x04, NTLM)), der(0xa3, der(0x04, mic)));

    expect(unwrapNegotiateReply(reply)).toEqual({ token: NTLM, mechListMic: mic });
  });

  it('takes a reply without a token for the end of the exchange', () => {
    expect(unwrapNegotiateReply(Buffer.from('a1073005a0030a0100', 'hex')).token).toBeUndefined();
  });

  it('reports a rejection', () => {
    expect(() => unwrapNegotiateReply(negTokenResp(negState(2)))).toThrow(
      expect.objectContaining({ code: 'rejected' }),
    );
  });

  it('refuses a reply that is cut off at any byte', () => {
    const reply = negTokenResp(negState(1), der(0xa2, der(0x04, NTLM)));

    for (let length = 0; length < reply.length; length++) {
      expect(() => unwrapNegotiateReply(reply.subarray(0, length))).toThrow(NtlmError);
    }
  });

  it.each(['a180', 'a1ff00000000', 'a185000000000100', '60820100'])('refuses %s', (hex) => {
    expect(() => unwrapNegotiateReply(Buffer.from(hex.slice(0, 8), 'hex'))).toThrow(NtlmError);
  });
});
