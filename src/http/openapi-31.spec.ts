import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { toOpenApi31 } from './openapi-31.js';

const rewrite = (schema: object): unknown => toOpenApi31({ x: [schema] } as unknown as OpenAPIObject);

describe('toOpenApi31', () => {
  it.each([
    [
      { type: 'string', nullable: true, maxLength: 3 },
      { type: ['string', 'null'], maxLength: 3 },
    ],
    [
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [{ nullable: true, allOf: [{ $ref: '#/a' }] }, { anyOf: [{ $ref: '#/a' }, { type: 'null' }] }],
    [
      { nullable: true, $ref: '#/a', description: 'd' },
      { description: 'd', anyOf: [{ $ref: '#/a' }, { type: 'null' }] },
    ],
    [{ type: 'string', nullable: false }, { type: 'string' }],
    [{ properties: { nullable: { type: 'string' } } }, { properties: { nullable: { type: 'string' } } }],
  ])('rewrites %j', (schema, expected) => {
    expect(rewrite(schema)).toEqual({ x: [expected] });
  });
});
