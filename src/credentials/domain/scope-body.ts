import { parseAddressRange } from '../../assets/domain/address-range.js';
import type { Fault } from '../../shared/errors.js';

/** A scope as a client states it, before its references are looked up. */
export interface ScopeBody {
  readonly all?: true;
  /** Ids or names. */
  readonly assets?: readonly string[];
  /** Ids or names. */
  readonly groups?: readonly string[];
  readonly addressRanges?: readonly string[];
}

const MAX_ITEMS = 10_000;
const MAX_REFERENCE = 255;

/** The fields of a scope that does not open all, and what their items are. */
const LISTS: Readonly<
  Record<string, { readonly isItem: (text: string) => boolean; readonly wanted: string }>
> = {
  assets: { isItem: isReference, wanted: "an asset's id or name" },
  groups: { isItem: isReference, wanted: "a group's id or name" },
  addressRanges: {
    isItem: (text) => parseAddressRange(text) !== undefined,
    wanted: 'a block such as 10.1.0.0/16, a range such as 10.1.0.10-10.1.0.99, or an address',
  },
};

const FORMS = 'Give { "all": true }, or one or more of assets, groups and addressRanges';

/** Finds what is wrong with a scope: `all: true` alone, or lists of assets, groups and ranges. Pointers are relative to it. */
export function checkScope(value: unknown): readonly Fault[] {
  if (value === undefined) return [{ pointer: '', code: 'missing-field', detail: FORMS }];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ pointer: '', code: 'wrong-type', detail: 'Must be an object' }];
  }
  const faults = Object.entries(value).flatMap(([field, content]) => fieldFaults(field, content));
  return faults.length > 0 ? faults : formFaults(value);
}

function fieldFaults(field: string, content: unknown): readonly Fault[] {
  const pointer = `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (field === 'all')
    return content === true ? [] : [{ pointer, code: 'unknown-value', detail: 'Must be true, or left out' }];
  if (Object.hasOwn(LISTS, field)) return listFaults(field, content);
  return [{ pointer, code: 'unknown-field', detail: 'There is no such field' }];
}

function listFaults(field: string, content: unknown): readonly Fault[] {
  const pointer = `/${field}`;
  const rule = LISTS[field];
  if (!Array.isArray(content) || rule === undefined)
    return [{ pointer, code: 'wrong-type', detail: 'Must be a list' }];
  if (content.length > MAX_ITEMS) {
    return [{ pointer, code: 'too-many-items', detail: `Must have at most ${MAX_ITEMS} items: use all` }];
  }
  return content.flatMap((entry: unknown, index) =>
    typeof entry === 'string' && rule.isItem(entry)
      ? []
      : [{ pointer: `${pointer}/${index}`, code: 'wrong-type', detail: `Must be ${rule.wanted}` }],
  );
}

function isReference(text: string): boolean {
  return text !== '' && text.length <= MAX_REFERENCE;
}

function formFaults(scope: object): readonly Fault[] {
  const lists = Object.keys(LISTS).filter((field) => field in scope);
  if ('all' in scope)
    return lists.length === 0 ? [] : [{ pointer: '', code: 'not-supported', detail: FORMS }];
  return lists.length > 0 ? [] : [{ pointer: '', code: 'missing-field', detail: FORMS }];
}
