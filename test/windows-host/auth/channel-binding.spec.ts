import { ntlmVectors } from '../../conformance/ntlm-vectors.js';
import { describeRecorded } from '../../conformance/winrm-recordings.js';
import { acceptsBinding, channelBindingToken } from './channel-binding.js';

describeRecorded('channelBindingToken', 'vectors/kat.json', () => {
  it('equals the known token of each of the eleven certificates', () => {
    const { items } = ntlmVectors().cbt;

    const tokens = items.map(({ certDerB64, hashAlgorithmUsed }) =>
      channelBindingToken(Buffer.from(certDerB64, 'base64'), hashAlgorithmUsed as 'sha256'),
    );

    expect(items).toHaveLength(11);
    expect(tokens).toEqual(items.map((item) => item.md5ForNtlmAvPair10));
  });
});

describe('acceptsBinding', () => {
  const right = Buffer.alloc(16, 7);
  const wrong = Buffer.alloc(16, 8);
  const zero = Buffer.alloc(16);

  it.each([
    ['None', wrong, true],
    ['None', undefined, true],
    ['Relaxed', right, true],
    ['Relaxed', undefined, true],
    ['Relaxed', zero, true],
    ['Relaxed', wrong, false],
    ['Strict', right, true],
    ['Strict', undefined, false],
    ['Strict', zero, false],
    ['Strict', wrong, false],
  ] as const)('with hardening %s takes %p: %p', (level, received, taken) => {
    expect(acceptsBinding(level, right, received)).toBe(taken);
  });

  it('checks nothing over plain HTTP', () => {
    expect(acceptsBinding('Strict', null, undefined)).toBe(true);
  });
});
