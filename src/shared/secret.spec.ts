import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('hunter2hunter2');

  it.each([
    ['a template', `is ${secret as unknown as string}`],
    ['String()', String(secret)],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ secret }, { showHidden: true, depth: 5 })],
    ['an error message', new Error(`It was ${secret as unknown as string}`).message],
    ['its own keys', Object.entries(secret).join()],
  ])('does not show in %s', (_, shown) => {
    expect(shown).not.toContain('hunter2');
  });

  it('is given by reveal alone', () => {
    expect(secret.reveal()).toBe('hunter2hunter2');
  });
});
