import type { Fault } from '../../shared/errors.js';

/** A scope as a client states it, before its references are looked up. */
export interface ScopeBody {
  readonly all?: true;
  /** Ids or names. */
  readonly assets?: readonly string[];
}

const MAX_ASSETS = 10_000;
const MAX_REFERENCE = 255;

/** Words of the contract that are refused until groups and address ranges exist. */
const LATER = ['groups', 'addressRanges'];

/** Finds what is wrong with a scope: exactly one of `all: true` and a list of `assets`. Pointers are relative to it. */
export function checkScope(value: unknown): readonly Fault[] {
  if (value === undefined)
    return [{ pointer: '', code: 'missing-field', detail: 'Give { "all": true } or { "assets": [...] }' }];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ pointer: '', code: 'wrong-type', detail: 'Must be an object' }];
  }
  const faults = Object.entries(value).flatMap(([field, content]) => fieldFaults(field, content));
  return faults.length > 0 ? faults : formFaults(value);
}

function fieldFaults(field: string, content: unknown): readonly Fault[] {
  const pointer = `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (LATER.includes(field))
    return [{ pointer, code: 'not-supported', detail: `${field} is not available yet: use assets` }];
  if (field === 'all')
    return content === true ? [] : [{ pointer, code: 'unknown-value', detail: 'Must be true, or left out' }];
  if (field === 'assets') return assetsFaults(content, pointer);
  return [{ pointer, code: 'unknown-field', detail: 'There is no such field' }];
}

function assetsFaults(content: unknown, pointer: string): readonly Fault[] {
  if (!Array.isArray(content))
    return [{ pointer, code: 'wrong-type', detail: 'Must be a list of ids or names' }];
  if (content.length > MAX_ASSETS) {
    return [{ pointer, code: 'too-many-items', detail: `Must have at most ${MAX_ASSETS} items: use all` }];
  }
  return content.flatMap((entry, index) =>
    typeof entry === 'string' && entry !== '' && entry.length <= MAX_REFERENCE
      ? []
      : [{ pointer: `${pointer}/${index}`, code: 'wrong-type', detail: "Must be an asset's id or name" }],
  );
}

function formFaults(scope: object): readonly Fault[] {
  const given = ['all', 'assets'].filter((field) => field in scope);
  if (given.length === 1) return [];
  const detail = 'Give either { "all": true } or { "assets": [...] }';
  return [{ pointer: '', code: given.length === 0 ? 'missing-field' : 'not-supported', detail }];
}
