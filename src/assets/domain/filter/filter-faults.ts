import type { Fault } from '../../../shared/errors.js';

/** What is wrong at a place that the collector names. */
export function fault(code: string, detail: string): Omit<Fault, 'pointer'> {
  return { code, detail };
}

/** One part of a JSON Pointer (RFC 6901 section 3). */
export function below(part: string): string {
  return `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A hostile filter of a thousand faults must not be answered with a thousand. */
const MAX_FAULTS = 100;

/** Collects the faults of one filter. */
export class Faults {
  readonly #all: Fault[] = [];

  get all(): readonly Fault[] {
    return this.#all;
  }

  /** Answers undefined, so that a parser can return what it says. */
  add(pointer: string, { code, detail }: Omit<Fault, 'pointer'>): undefined {
    if (this.#all.length < MAX_FAULTS) this.#all.push({ pointer, code, detail });
    return undefined;
  }
}
