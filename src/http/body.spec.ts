import { describe, expect, it } from '@jest/globals';
import { MAX_DEPTH, parseJson } from './body.js';

describe('parseJson', () => {
  it.each([
    ['{"a":[1,{"b":null}]}', { a: [1, { b: null }] }],
    ['"[[[["', '[[[['],
    ['  ', undefined],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('takes the depth that is allowed and no level more', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

    expect(() => parseJson(nested(MAX_DEPTH))).not.toThrow();
    expect(() => parseJson(nested(MAX_DEPTH + 1))).toThrow(
      expect.objectContaining({ code: 'nested-too-deep' }),
    );
  });

  it('counts no brackets inside strings, whatever they are escaped with', () => {
    const text = JSON.stringify({ a: `\\"${'['.repeat(1000)}\\` });

    expect(parseJson(text)).toEqual({ a: `\\"${'['.repeat(1000)}\\` });
  });

  it('says where the text breaks, and quotes nothing of it', () => {
    const error = failure(() => parseJson('{"password": "pl4nted" oops}'));

    expect(error).toMatchObject({ code: 'malformed-json', message: expect.stringContaining('position 23') });
    expect(String(error)).not.toMatch(/pl4nted|oops/);
  });

  it('refuses the field name __proto__, but not the word in a text', () => {
    expect(parseJson('{"script":"x.__proto__"}')).toEqual({ script: 'x.__proto__' });
    expect(() => parseJson('{"a":{"__proto__":{}}}')).toThrow(
      expect.objectContaining({ code: 'malformed-json' }),
    );
  });

  it('stays fast on hostile quotes', () => {
    const start = performance.now();

    expect(() => parseJson(`"${'\\"'.repeat(500_000)}`)).toThrow(
      expect.objectContaining({ code: 'malformed-json' }),
    );

    // A scan that begins again at each quote would take minutes.
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

function failure(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
