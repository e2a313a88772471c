import { describe, expect, it } from '@jest/globals';
import { redact, StreamRedactor } from './redact.js';

const SECRET = 'Sommer-2026!';

describe('redact', () => {
  it.each([
    ['as it is', `password: ${SECRET}.`, 'password: [redacted].'],
    ['in Base64 of UTF-8', `x ${Buffer.from(SECRET).toString('base64')} x`, 'x [redacted] x'],
    ['in Base64 of UTF-16', `x ${Buffer.from(SECRET, 'utf16le').toString('base64')} x`, 'x [redacted] x'],
    ['twice', SECRET + SECRET, '[redacted][redacted]'],
  ])('replaces a secret %s', (_, text, expected) => {
    expect(redact(text, [SECRET])).toBe(expected);
  });

  it('replaces a secret with quotation marks as JSON shows it', () => {
    expect(redact(JSON.stringify({ password: 'a"b\\cd' }), ['a"b\\cd'])).toBe('{"password":"[redacted]"}');
  });

  it('replaces the longer one where a secret is the beginning of another', () => {
    expect(redact('geheim1234', ['geheim', 'geheim1234'])).toBe('[redacted]');
  });

  it('leaves ordinary text alone when a secret is very short', () => {
    expect(redact('a bad day', ['a', 'bad'])).toBe('a bad day');
  });
});

describe('StreamRedactor', () => {
  it.each(Array.from({ length: SECRET.length - 1 }, (_, index) => index + 1))(
    'finds a secret that a chunk border cuts after %i characters',
    (cut) => {
      const redactor = new StreamRedactor([SECRET]);

      const shown = redactor.push(`a${SECRET.slice(0, cut)}`) + redactor.push(`${SECRET.slice(cut)}z`);

      expect(shown + redactor.flush()).toBe('a[redacted]z');
    },
  );

  it('finds a secret that comes character by character', () => {
    const redactor = new StreamRedactor([SECRET]);

    const shown = Array.from(`<${SECRET}>`, (character) => redactor.push(character)).join('');

    expect(shown + redactor.flush()).toBe('<[redacted]>');
  });

  it('gives back what only looked like the beginning of a secret', () => {
    const redactor = new StreamRedactor([SECRET]);

    const shown = [redactor.push('im Sommer'), redactor.isHolding, redactor.push('loch')];

    expect(shown).toEqual(['im ', true, 'Sommerloch']);
  });

  it('holds nothing back without secrets', () => {
    const redactor = new StreamRedactor([]);

    expect([redactor.push('Sommer'), redactor.isHolding, redactor.flush()]).toEqual(['Sommer', false, '']);
  });
});
