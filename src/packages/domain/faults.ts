import type { Fault } from '../../shared/errors.js';

/** The codes of everything that can be wrong with a package, its text, its parameters' values or its plan. A public list that only grows. */
export const PACKAGE_FAULT_CODES = [
  'asset-value-missing',
  'asset-value-refused',
  'bad-code',
  'bad-criterion',
  'bad-default',
  'bad-instant',
  'bad-jump',
  'bad-message',
  'bad-name',
  'bad-parameter-name',
  'bad-path',
  'bad-pattern',
  'bad-process-name',
  'bad-product-code',
  'bad-product-name',
  'bad-property-name',
  'bad-registry-key',
  'bad-text',
  'bad-version',
  'codes-and-name',
  'condition-too-large',
  'duplicate-name',
  'empty-comparison',
  'empty-list',
  'empty-text',
  'missing-field',
  'no-steps',
  'not-for-this-installer',
  'not-in-enum',
  'out-of-range',
  'package-share-invalid',
  'package-share-missing',
  'parameter-missing',
  'path-not-absolute',
  'pattern-and-enum',
  'pattern-mismatch',
  'pattern-too-slow',
  'reserved-name',
  'run-mode-not-available',
  'secret-in-text',
  'secret-with-default',
  'secret-with-enum',
  'step-type-not-available',
  'syntax-error',
  'system-process',
  'text-too-long',
  'too-many-faults',
  'too-many-items',
  'too-many-steps',
  'unknown-field',
  'unknown-parameter',
  'unknown-step',
  'unknown-step-type',
  'unknown-token',
  'unknown-value',
  'unsupported-installer',
  'unsupported-script',
  'value-refused',
  'wrong-type',
] as const;

/** The codes of what is allowed but probably not meant. A public list that only grows. */
export const PACKAGE_WARNING_CODES = [
  'element-not-understood',
  'endless-loop',
  'final-action-wait-raised',
  'installer-not-silent',
  'kill-without-force',
  'no-enabled-step',
  'parameter-not-used',
  'reboot-code-not-success',
  'retry-code-is-success',
  'timeout-exceeds-maximum',
  'unreachable-step',
] as const;

export type PackageFaultCode = (typeof PACKAGE_FAULT_CODES)[number];
export type PackageWarningCode = (typeof PACKAGE_WARNING_CODES)[number];

/** One fault at the place that `pointer` names. */
export function fault(code: PackageFaultCode, pointer: string, detail: string): Fault {
  return { pointer, code, detail };
}

/** One warning; the same shape as a fault, but the package is accepted. */
export function warning(code: PackageWarningCode, pointer: string, detail: string): Fault {
  return { pointer, code, detail };
}

/** A JSON Pointer (RFC 6901 section 3): `/steps/0/path`; `~` and `/` inside a part are escaped. */
export function pointerTo(...parts: readonly PropertyKey[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What a value is, in a few words for a fault's detail. Never recurses and never repeats more than 60 characters of it. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A text in double quotes, escaped, and cut at 60 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

/** `a, b or c`. */
export function oneOf(words: readonly unknown[]): string {
  const all = words.map(String);
  if (all.length < 2) return all.join('');
  return `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
