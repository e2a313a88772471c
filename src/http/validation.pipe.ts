import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError as Violation } from 'class-validator';
import { InvalidQueryError } from '../database/page.js';
import { type Fault, ValidationError } from '../shared/errors.js';
import { TextBody } from './body.js';
import { RequestError } from './errors.js';
import { below, type Check, checkObject } from './field-checks.js';

/** Types that Nest hands over where a parameter has no class of ours. */
const UNCHECKED: readonly unknown[] = [String, Number, Boolean, Array, Object, undefined];

const UNKNOWN_FIELD: Fault = { pointer: '', code: 'unknown-field', detail: 'There is no such field' };

const RESERVED_FIELD: Fault = {
  pointer: '',
  code: 'unknown-field',
  detail: 'The name constructor is not allowed',
};

/**
 * Checks bodies and queries against their classes (src/http/fields.ts), reports every fault at once, and
 * hands the handler an instance. Unknown fields are faults: a misspelt option must not be ignored.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body' && metadata.type !== 'query') return value;
    if (UNCHECKED.includes(metadata.metatype)) return value;
    const faults = metadata.type === 'body' ? bodyFaults(value) : [];
    const instance = faults.length > 0 ? {} : toInstance(metadata.metatype as new () => object, value);
    const found = faults.length > 0 ? faults : await check(instance);
    if (found.length === 0) return instance;
    throw metadata.type === 'body' ? invalidBody(found) : new InvalidQueryError(found);
  }
}

/** What came of checking one object against a class of fields. */
export type CheckedBody<T> =
  { readonly ok: true; readonly body: T } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Checks an object that did not come as a JSON body of its own (a line of a file) as a body is checked. */
export async function checkedBody<T extends object>(
  type: new () => T,
  value: unknown,
): Promise<CheckedBody<T>> {
  const before = bodyFaults(value);
  if (before.length > 0) return { ok: false, faults: before };
  const instance = toInstance(type, value);
  const faults = await check(instance);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, body: instance };
}

function bodyFaults(value: unknown): readonly Fault[] {
  if (value instanceof TextBody)
    throw new RequestError('unsupported-media-type', 'This path takes application/json only');
  // No body is an object without fields: the faults then name what is missing.
  return value === undefined ? [] : [...checkObject(value), ...droppedFields(value)];
}

/**
 * class-transformer leaves out this name silently, at any depth (and `__proto__`, which the parser refuses). No field of
 * ours has it, and an attribute of that name must not get lost.
 */
function droppedFields(value: unknown): readonly Fault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    below(name, name === 'constructor' ? [RESERVED_FIELD] : droppedFields(inner)),
  );
}

function invalidBody(faults: readonly Fault[]): ValidationError {
  return new ValidationError('The body breaks one or more rules: see errors', faults);
}

function toInstance<T extends object>(type: new () => T, value: unknown): T {
  return plainToInstance(type, value ?? {}, {
    exposeDefaultValues: true,
    exposeUnsetFields: false,
  });
}

async function check(instance: object): Promise<readonly Fault[]> {
  const violations = await validate(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  const faults = violations.flatMap(toFaults);
  if (violations.length > 0 && faults.length === 0)
    throw new Error('A violation that no fault explains: use src/http/fields.ts');
  return faults;
}

/** Flattens class-validator's tree of violations into faults with JSON Pointers. */
function toFaults(violation: Violation): readonly Fault[] {
  const own = ownFaults(violation);
  // A value of the wrong type also fails the nested checks, which would only repeat the first fault.
  const nested = own.length > 0 ? [] : (violation.children ?? []).flatMap(toFaults);
  return below(violation.property, [...own, ...nested]);
}

function ownFaults(violation: Violation): readonly Fault[] {
  const context: { check?: Check } | undefined = violation.contexts?.['field'];
  if (context?.check) return context.check(violation.value);
  if (violation.constraints?.['whitelistValidation'] === undefined) return [];
  return [UNKNOWN_FIELD];
}
