import { describe, expect, it } from '@jest/globals';
import { compareFields } from './compare-fields.js';

describe('compareFields', () => {
  it('tells only what differs', () => {
    const comparison = compareFields(
      { name: 'PC-1', tags: ['a'], port: 5986 },
      { name: 'PC-1', tags: ['b'], port: 5986 },
    );

    expect(comparison).toEqual({ before: { tags: ['a'] }, after: { tags: ['b'] } });
  });

  it('tells that a secret was changed, and not what it is', () => {
    const comparison = compareFields({ sealedPassword: 'one' }, { sealedPassword: 'two' });

    expect(comparison).toEqual({
      before: { sealedPassword: '[redacted]' },
      after: { sealedPassword: '[redacted]' },
    });
  });

  it('shows no address that may hold a token', () => {
    const { after } = compareFields(null, { callbackUrl: 'https://itsm.example/hook?token=x' });

    expect(after).toEqual({ callbackUrl: '[redacted]' });
  });

  it('tells a thing that was made or removed as a whole', () => {
    expect(compareFields(null, { name: 'PC-1' })).toEqual({ before: null, after: { name: 'PC-1' } });
    expect(compareFields({ name: 'PC-1' }, null)).toEqual({ before: { name: 'PC-1' }, after: null });
  });

  it('cuts a value that is too long', () => {
    const { after } = compareFields(null, { content: { text: 'x'.repeat(9_000) } });

    expect(after?.content).toMatch(/^\{"text":"x+\.\.\. \(9011 characters in all\)$/);
  });

  it('tells nothing where nothing changed but the time of the change', () => {
    expect(compareFields({ updatedAt: '1' }, { updatedAt: '2' })).toEqual({ before: null, after: null });
  });
});
