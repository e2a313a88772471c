import type { OpenAPIObject } from '@nestjs/swagger';

type Node = Readonly<Record<string, unknown>>;

/**
 * Rewrites what OpenAPI 3.1 took away: `nullable: true` becomes a type list or an alternative (3.1 schemas are
 * JSON Schema 2020-12, which has no such word).
 */
export function toOpenApi31(document: OpenAPIObject): OpenAPIObject {
  return rewrite(document) as OpenAPIObject;
}

function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  const node = Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, rewrite(entry)]));
  const { nullable, ...rest } = node;
  // A property may be called nullable: then its value is a schema.
  if (typeof nullable !== 'boolean') return node;
  return nullable ? withNull(rest) : rest;
}

function withNull(node: Node): Node {
  const { type, ...rest } = node;
  if (typeof type !== 'string') return alternative(rest);
  const words = Array.isArray(rest['enum']) ? { enum: [...rest['enum'], null] } : {};
  return { ...rest, ...words, type: [type, 'null'] };
}

/** A reference cannot have a type beside it: it becomes one of two alternatives. */
function alternative(node: Node): Node {
  const { allOf, $ref, description, ...rest } = node;
  const choices = Array.isArray(allOf) ? allOf : [$ref === undefined ? rest : { $ref }];
  return { ...(description === undefined ? {} : { description }), anyOf: [...choices, { type: 'null' }] };
}
