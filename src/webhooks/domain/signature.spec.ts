import { describe, expect, it } from '@jest/globals';
import { isSecret, newSecret, signatureHeaders } from './signature.js';

describe('signatureHeaders', () => {
  // The published example of the specification's own libraries.
  it('signs as the Standard Webhooks specification does', () => {
    const headers = signatureHeaders({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    });

    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('a secret', () => {
  it('is made with 256 bits, another one each time', () => {
    const [one, two] = [newSecret(), newSecret()];

    expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(isSecret(one)).toBe(true);
    expect(one).not.toBe(two);
  });

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'secret', `whsec_${'A'.repeat(100)}`])('is not %p', (text) => {
    expect(isSecret(text)).toBe(false);
  });
});
