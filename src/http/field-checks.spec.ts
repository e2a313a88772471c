import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../shared/errors.js';
import { checkInstant, checkList, checkMap, checkNumber, checkText, checkWord } from './field-checks.js';

const codes = (faults: readonly Fault[]) => faults.map((fault) => `${fault.pointer} ${fault.code}`.trim());

describe('checkText', () => {
  it.each([
    ['PC', []],
    ['', ['empty-text']],
    ['äöü😀', []],
    ['12345', ['text-too-long']],
    ['a\tb', ['bad-text']],
    ['\ud800', ['bad-text']],
    [7, ['wrong-type']],
    [null, ['wrong-type']],
    [undefined, ['missing-field']],
  ])('finds in %j: %j', (value, expected) => {
    expect(codes(checkText(value, { minLength: 1, maxLength: 4 }))).toEqual(expected);
  });

  it('allows line breaks and tabs, but no other control character, in several lines', () => {
    const rule = { maxLength: 100, multiline: true };

    expect(codes(checkText('one\r\n\ttwo', rule))).toEqual([]);
    expect(codes(checkText('bell\u0007', rule))).toEqual(['bad-text']);
  });
});

describe('checkNumber', () => {
  it.each([
    [1, []],
    [10, []],
    [0, ['out-of-range']],
    [1.5, ['wrong-type']],
    [Number.NaN, ['wrong-type']],
    ['5', ['wrong-type']],
  ])('finds in %j: %j', (value, expected) => {
    expect(codes(checkNumber(value, { min: 1, max: 10 }))).toEqual(expected);
  });
});

describe('checkInstant', () => {
  it.each([
    ['2026-12-01T20:00:00Z', []],
    ['2026-12-01T20:00:00.123+01:00', []],
    ['2026-13-01T20:00:00Z', ['wrong-format']],
    ['2026-12-01', ['wrong-format']],
    ['tomorrow', ['wrong-format']],
    [1_700_000_000, ['wrong-type']],
  ])('finds in %j: %j', (value, expected) => {
    expect(codes(checkInstant(value))).toEqual(expected);
  });
});

describe('checkWord', () => {
  it('names the words to choose from', () => {
    expect(checkWord('c', ['a', 'b'])).toEqual([
      { pointer: '', code: 'unknown-value', detail: 'Must be one of a, b' },
    ]);
  });
});

describe('checkList and checkMap', () => {
  it('point at the item and at the key, escaped as RFC 6901 says', () => {
    const text = { minLength: 1, maxLength: 3 };

    expect(
      codes(checkList(['a', '', 7], { minItems: 0, maxItems: 3 }, (item) => checkText(item, text))),
    ).toEqual(['/1 empty-text', '/2 wrong-type']);
    expect(
      codes(checkMap({ 'a/b': 1, 'c~': 'long text' }, { key: text, value: text, maxEntries: 2 })),
    ).toEqual(['/a~1b wrong-type', '/c~0 text-too-long']);
  });

  it('refuse a wrong size before looking at the items', () => {
    expect(codes(checkList([1, 2, 3], { minItems: 0, maxItems: 2 }, () => []))).toEqual(['too-many-items']);
    expect(codes(checkList([], { minItems: 1, maxItems: 2 }, () => []))).toEqual(['empty-list']);
  });
});
