import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import * as checks from './field-checks.js';
import type { Check } from './field-checks.js';

/**
 * Decorators for the fields of request bodies and queries. Each one states a rule once, for the validation
 * pipe and for the OpenAPI document, so that the two cannot differ.
 */
export interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** The field may be left out. */
  readonly optional?: boolean;
  /** The field may be null. */
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly deprecated?: boolean;
}

export interface TextOptions extends FieldOptions, checks.TextRule {
  readonly format?: string;
  readonly writeOnly?: boolean;
}

/** A text without control characters (line breaks and tabs where `multiline`). */
export function TextField(options: TextOptions): PropertyDecorator {
  const { maxLength, minLength = 0, pattern, format, writeOnly } = options;
  const schema = {
    type: 'string',
    minLength,
    maxLength,
    ...(pattern ? { pattern: pattern.source } : {}),
    ...some({ format, writeOnly }),
  };
  return field(options, schema as ApiPropertyOptions, (value) => checks.checkText(value, options));
}

/** A unique name: at most 255 characters, without a space at either end. */
export function NameField(options: FieldOptions): PropertyDecorator {
  const rule = { minLength: 1, maxLength: 255, pattern: /^\S(?:.*\S)?$/u };
  return TextField({ ...options, ...rule, patternHint: 'Must not begin or end with a space' });
}

/** One word of a closed list. */
export function WordField(options: FieldOptions & { readonly words: readonly string[] }): PropertyDecorator {
  const schema = { type: 'string', enum: [...options.words] } as ApiPropertyOptions;
  return field(options, schema, (value) => checks.checkWord(value, options.words));
}

export interface NumberOptions extends FieldOptions {
  readonly min: number;
  readonly max: number;
}

/** A whole number. */
export function NumberField(options: NumberOptions): PropertyDecorator {
  const schema = { type: 'integer', minimum: options.min, maximum: options.max } as ApiPropertyOptions;
  return field(options, schema, (value) => checks.checkNumber(value, options));
}

export function FlagField(options: FieldOptions): PropertyDecorator {
  return field(options, { type: 'boolean' }, checks.checkFlag);
}

/** An instant in RFC 3339; an offset is accepted, answers are always in UTC. */
export function InstantField(options: FieldOptions): PropertyDecorator {
  return field(options, { type: 'string', format: 'date-time' }, checks.checkInstant);
}

export interface TextListOptions extends FieldOptions {
  readonly item: checks.TextRule;
  readonly maxItems: number;
  readonly minItems?: number;
}

/** A list of texts; a fault's pointer names the item. */
export function TextListField(options: TextListOptions): PropertyDecorator {
  const { item, maxItems, minItems = 0 } = options;
  const items = { type: 'string', minLength: item.minLength ?? 0, maxLength: item.maxLength };
  const schema = { type: 'array', items, minItems, maxItems } as ApiPropertyOptions;
  return field(options, schema, (value) =>
    checks.checkList(value, { minItems, maxItems }, (entry) => checks.checkText(entry, item)),
  );
}

export interface TextMapOptions extends FieldOptions {
  readonly key: checks.TextRule;
  readonly value: checks.TextRule;
  readonly maxEntries: number;
}

/** A map of texts; a fault's pointer names the key. */
export function TextMapField(options: TextMapOptions): PropertyDecorator {
  const schema = {
    type: 'object',
    additionalProperties: { type: 'string', maxLength: options.value.maxLength },
  };
  return field(options, schema as ApiPropertyOptions, (value) => checks.checkMap(value, options));
}

/** An object with fields of its own, or (`list`) an array of them. */
export function ObjectField(
  type: () => new () => object,
  options: FieldOptions & { readonly list?: { readonly maxItems: number } },
): PropertyDecorator {
  const { list } = options;
  const check: Check = list
    ? (value) => checks.checkList(value, { minItems: 0, ...list }, checks.checkObject)
    : checks.checkObject;
  return all(
    // Nest takes a function for a lazy type only when the function itself is called `type`.
    field(options, { type: () => type(), isArray: list !== undefined }, check),
    Type(type),
    ValidateNested({ each: list !== undefined }),
  );
}

/** A query parameter that is a whole number: it arrives as text. */
export function QueryNumberField(options: NumberOptions): PropertyDecorator {
  return all(
    Transform(({ value }) => numberOrSame(value)),
    NumberField({ ...options, optional: true }),
  );
}

/** A query parameter that is `true` or `false`. */
export function QueryFlagField(options: FieldOptions): PropertyDecorator {
  return all(
    Transform(({ value }) => flagOrSame(value)),
    FlagField({ ...options, optional: true }),
  );
}

function numberOrSame(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

function flagOrSame(value: unknown): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

/** Any rule of a field's own. `schema` is what the OpenAPI document says about it. */
export function field(options: FieldOptions, schema: ApiPropertyOptions, check: Check): PropertyDecorator {
  const { optional = false, nullable = false } = options;
  const isGiven = (_object: object, value: unknown) =>
    !(optional && value === undefined) && !(nullable && value === null);
  return all(
    ApiProperty({ ...schema, ...documented(options), required: !optional } as ApiPropertyOptions),
    ValidateIf(isGiven),
    ValidateBy(
      {
        name: 'field',
        // Asynchronous, because class-validator 0.15.1 loses the context of a synchronous rule.
        validator: { validate: async (value) => check(value).length === 0, defaultMessage: () => '' },
      },
      { context: { check } },
    ),
  );
}

function documented(options: FieldOptions): ApiPropertyOptions {
  const { description, example, nullable, deprecated } = options;
  return {
    description,
    ...some({ example, nullable, deprecated, default: options.default }),
  };
}

function some(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function all(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}
