import { md4 } from './md4.js';
import { Rc4 } from './rc4.js';

describe('md4', () => {
  // RFC 1320 appendix A.5.
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
  ])('hashes %j as RFC 1320 does', (text, digest) => {
    expect(md4(Buffer.from(text, 'latin1')).toString('hex')).toBe(digest);
  });

  it('pads a message that leaves no room for its length into another block', () => {
    const hashes = [55, 56, 63, 64].map((length) => md4(Buffer.alloc(length)).toString('hex'));

    expect(new Set(hashes).size).toBe(4);
  });
});

describe('Rc4', () => {
  // RFC 6229 section 2, 40-bit key, offset 0.
  it('gives the key stream of RFC 6229', () => {
    const stream = new Rc4(Buffer.from('0102030405', 'hex')).transform(Buffer.alloc(16));

    expect(stream.toString('hex')).toBe('b2396305f03dc027ccc3524a0a1118a8');
  });

  it('goes on where the last message ended', () => {
    const whole = new Rc4(Buffer.from('key')).transform(Buffer.from('first and second'));
    const pieces = new Rc4(Buffer.from('key'));

    const joined = Buffer.concat([
      pieces.transform(Buffer.from('first ')),
      pieces.transform(Buffer.from('and second')),
    ]);

    expect(joined).toEqual(whole);
  });
});
