import { describe, expect, it } from '@jest/globals';

import { createDecoding, encodeText, type TextEncoding } from './encoding.js';

const TEXT = 'Größe: ½ ñ';

describe('the encodings of a program’s output', () => {
  it.each<[TextEncoding, TextEncoding | 'auto']>([
    ['utf-8', 'utf-8'],
    ['utf-16', 'utf-16'],
    ['oem', 'oem'],
    ['utf-8', 'auto'],
    ['utf-16', 'auto'],
    ['oem', 'auto'],
  ])('%s is read back as %s, whatever the pieces', (written, read) => {
    const bytes = encodeText(TEXT, written);
    const size = read === 'auto' ? 2 : 1;
    const decoding = createDecoding(read);

    let text = '';
    for (let at = 0; at < bytes.length; at += size) text += decoding.write(bytes.subarray(at, at + size));

    expect(text + decoding.end()).toBe(TEXT);
  });

  it('writes code page 437 as OEM, and ? for what it lacks', () => {
    expect([...encodeText('é€', 'oem')]).toEqual([0x82, 0x3f]);
  });

  it('drops the byte order mark', () => {
    expect(createDecoding('auto').write(encodeText('\ufeffhi', 'utf-16'))).toBe('hi');
  });
});
