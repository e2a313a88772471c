import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { environmentSchema, parseEnvironment } from '../src/config/environment.js';

const text = readFileSync(resolve(__dirname, '../.env.example'), 'utf8');
const example = Object.fromEntries(
  [...text.matchAll(/^(WINCH_\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
);

describe('.env.example', () => {
  it('lists every setting of the schema', () => {
    expect(Object.keys(example)).toEqual(expect.arrayContaining(Object.keys(environmentSchema.shape)));
  });

  it('can be used as it is, and holds the defaults', () => {
    expect(parseEnvironment(example)).toEqual(parseEnvironment({}));
  });

  it('gives each default that the schema has', () => {
    const defaults = Object.entries(parseEnvironment({})).map(([name, value]) => [name, String(value)]);

    expect(example).toMatchObject(Object.fromEntries(defaults));
  });
});
