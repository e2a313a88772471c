import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../shared/secret.js';
import { formatKey, generateKey, hashSecret, parseKey, secretMatches } from './api-key.js';
import { csrfTokenMatches, csrfTokenOf, sessionTokenIn } from './session-token.js';
import { reaches } from './roles.js';

describe('an API key', () => {
  it('is parsed back from what is shown', () => {
    const key = generateKey();

    const parsed = parseKey(formatKey(key));

    expect(parsed?.prefix).toBe(key.prefix);
    expect(parsed?.secret.reveal()).toBe(key.secret.reveal());
  });

  it.each([
    'winch_abc_short',
    `winch_ABC_${'x'.repeat(32)}`,
    `winch_${'a'.repeat(33)}_${'x'.repeat(32)}`,
    `other_abc_${'x'.repeat(32)}`,
    `winch_abc_${'x'.repeat(31)} `,
    `winch_abc_${'x'.repeat(513)}`,
    '',
  ])('of the form %j is refused', (text) => {
    expect(parseKey(text)).toBeUndefined();
  });

  it('is never made twice, and matches its own hash only', () => {
    const [a, b] = [generateKey(), generateKey()];

    expect(a.prefix).not.toBe(b.prefix);
    expect(secretMatches(a.secret, hashSecret(a.secret))).toBe(true);
    expect(secretMatches(b.secret, hashSecret(a.secret))).toBe(false);
  });
});

describe('a session token', () => {
  it('is found among other cookies', () => {
    expect(sessionTokenIn('theme=dark; winch_session=abc; x=y')?.reveal()).toBe('abc');
  });

  it.each([undefined, '', 'xwinch_session=abc', 'winch_session='])('is not found in %j', (cookies) => {
    expect(sessionTokenIn(cookies)).toBeUndefined();
  });

  it('has a CSRF token that no other session has and that does not show it', () => {
    const token = new Secret('session-token');

    expect(csrfTokenMatches(token, csrfTokenOf(token))).toBe(true);
    expect(csrfTokenMatches(new Secret('other'), csrfTokenOf(token))).toBe(false);
    expect(csrfTokenMatches(token, undefined)).toBe(false);
    expect(csrfTokenOf(token)).not.toContain('session');
  });
});

describe('a role', () => {
  it.each([
    ['viewer', 'viewer', true],
    ['viewer', 'operator', false],
    ['author', 'operator', true],
    ['author', 'administrator', false],
    ['administrator', 'author', true],
  ] as const)('%s reaches %s: %j', (role, needed, expected) => {
    expect(reaches(role, needed)).toBe(expected);
  });
});
