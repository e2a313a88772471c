import { NtlmError } from './errors.js';
import { NtlmSecurityContext } from './security-context.js';

const pair = () => {
  const options = { exportedSessionKey: Buffer.alloc(16, 0x55), flags: 0xe2888235 };
  return {
    client: new NtlmSecurityContext(options),
    server: new NtlmSecurityContext({ ...options, role: 'server' }),
  };
};

describe('NtlmSecurityContext', () => {
  it('carries many messages both ways, the empty one among them', () => {
    const { client, server } = pair();
    const messages = ['', 'a', 'b'.repeat(70_000), 'ü'].map((text) => Buffer.from(text));

    const opened = messages.map((message) => {
      const there = client.seal(message);
      const back = server.seal(server.open(there.signature, there.ciphertext));
      return client.open(back.signature, back.ciphertext);
    });

    expect(opened).toEqual(messages);
  });

  it('refuses a message with one bit changed and every later one', () => {
    const { client, server } = pair();
    const { signature, ciphertext } = client.seal(Buffer.from('hello'));
    const next = client.seal(Buffer.from('next'));
    ciphertext[0] = (ciphertext[0] ?? 0) ^ 1;

    expect(() => server.open(signature, ciphertext)).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
    expect(() => server.open(next.signature, next.ciphertext)).toThrow(
      expect.objectContaining({ code: 'context-dead' }),
    );
    expect(() => server.seal(Buffer.from('x'))).toThrow(NtlmError);
  });

  it('refuses a message that is repeated or left out', () => {
    const first = pair();
    const { signature, ciphertext } = first.client.seal(Buffer.from('one'));
    first.server.open(signature, ciphertext);
    const second = pair();
    second.client.seal(Buffer.from('lost'));
    const late = second.client.seal(Buffer.from('late'));

    expect(() => first.server.open(signature, ciphertext)).toThrow('out of order');
    expect(() => second.server.open(late.signature, late.ciphertext)).toThrow('out of order');
  });

  it.each([0, 15, 17])('refuses a signature of %i bytes', (length) => {
    const { client, server } = pair();
    const { ciphertext } = client.seal(Buffer.from('x'));

    expect(() => server.open(Buffer.alloc(length, 1), ciphertext)).toThrow('signature');
  });

  it('verifies what the other side has signed in the clear', () => {
    const { client, server } = pair();
    const message = Buffer.from('mechanisms');
    const signature = client.sign(message);

    expect(() => server.verify(message, signature)).not.toThrow();
    expect(() => server.verify(message, signature)).toThrow(NtlmError);
  });
});
