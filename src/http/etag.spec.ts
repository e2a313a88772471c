import { describe, expect, it } from '@jest/globals';
import { checkIfMatch, etagOf } from './etag.js';

describe('checkIfMatch', () => {
  it.each(['"3"', '"2", "3"', '*'])('lets %s change revision 3', (header) => {
    expect(() => checkIfMatch(header, 3)).not.toThrow();
  });

  it.each(['"2"', '3', 'W/"3"', ''])('refuses %s as stale', (header) => {
    expect(() => checkIfMatch(header, 3)).toThrow(expect.objectContaining({ code: 'precondition-failed' }));
  });

  it('demands the header', () => {
    expect(() => checkIfMatch(undefined, 3)).toThrow(
      expect.objectContaining({ code: 'precondition-required' }),
    );
  });

  it('takes what etagOf gives', () => {
    expect(() => checkIfMatch(etagOf(7), 7)).not.toThrow();
  });
});
