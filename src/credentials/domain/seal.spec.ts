import { describe, expect, it } from '@jest/globals';
import { sealText, unsealText } from './seal.js';

const KEY = Buffer.alloc(32, 1);
const OTHER_KEY = Buffer.alloc(32, 2);

describe('sealText', () => {
  it('gives back the text for the same key and row', () => {
    expect(unsealText(sealText('pässword', KEY, 'row-1'), KEY, 'row-1')).toBe('pässword');
  });

  it('hides the text and seals it differently each time', () => {
    const first = sealText('pl4nted-Secret!', KEY, 'row-1');
    const second = sealText('pl4nted-Secret!', KEY, 'row-1');

    expect(first).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(Buffer.from(first.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('pl4nted');
    expect(second).not.toBe(first);
  });

  it('does not open in another row', () => {
    const sealed = sealText('secret', KEY, 'row-1');

    expect(() => unsealText(sealed, KEY, 'row-2')).toThrow(/damaged or belongs to another row/);
  });

  it('names the key when the master key is another one', () => {
    const sealed = sealText('secret', KEY, 'row-1');

    expect(() => unsealText(sealed, OTHER_KEY, 'row-1')).toThrow(/sealed with master key [0-9a-f]{8}/);
  });

  it.each([
    ['an unknown version', (sealed: string) => sealed.replace('v1', 'v9'), /unknown form/],
    ['a text cut short', (sealed: string) => sealed.slice(0, 20), /cut short/],
    ['one changed character', (sealed: string) => flip(sealed), /damaged/],
  ])('refuses %s', (_, damage, message) => {
    const sealed = sealText('secret', KEY, 'row-1');

    expect(() => unsealText(damage(sealed), KEY, 'row-1')).toThrow(message);
  });
});

function flip(sealed: string): string {
  const at = sealed.length - 5;
  return `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
}
