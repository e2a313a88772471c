import { Rc4 } from './rc4.js';

// RFC 6229: key stream of the 128-bit key 0102...10 at offsets 0 and 4080.
const KEY = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');

describe('Rc4', () => {
  it('gives the key stream of RFC 6229', () => {
    const stream = new Rc4(KEY).update(Buffer.alloc(4_096));

    expect(stream.subarray(0, 16).toString('hex')).toBe('9ac7cc9a609d1ef7b2932899cde41b97');
    expect(stream.subarray(4_080, 4_096).toString('hex')).toBe('ff38265c1642c1abe8d3c2fe5e572bf8');
  });

  it('goes on where the last call stopped', () => {
    const whole = new Rc4(KEY).update(Buffer.alloc(100));
    const pieces = new Rc4(KEY);

    expect(Buffer.concat([pieces.update(Buffer.alloc(1)), pieces.update(Buffer.alloc(99))])).toEqual(whole);
  });
});
