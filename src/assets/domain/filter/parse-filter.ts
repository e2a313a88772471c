import type { Fault } from '../../../shared/errors.js';
import type { AssetFilter, FieldCondition } from './asset-filter.js';
import { fieldRule, FILTER_FIELDS, type FilterField } from './filter-fields.js';
import { parseCondition } from './parse-condition.js';
import { below, fault, isObject, Faults } from './filter-faults.js';

export type FilterParsing =
  | { readonly ok: true; readonly filter: AssetFilter }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const MAX_DEPTH = 10;
/** Keeps a statement well below what SQLite takes (32,766 values, expressions 1,000 deep). */
const MAX_TESTS = 500;

/**
 * Reads a filter as a client writes it. Fields beside each other must all be met; of several values of a field one is
 * enough; `all`, `any` and `not` nest. Reports every fault at once; their pointers begin with `base`.
 */
export function parseAssetFilter(value: unknown, base = ''): FilterParsing {
  const faults = new Faults();
  const filter = parseObject(value, { faults, pointer: base, depth: 1 });
  if (filter && countTests(filter) > MAX_TESTS) {
    faults.add(base, fault('too-many-items', `Must have at most ${MAX_TESTS} tests in all`));
  }
  return filter && faults.all.length === 0 ? { ok: true, filter } : { ok: false, faults: faults.all };
}

interface Place {
  readonly faults: Faults;
  readonly pointer: string;
  readonly depth: number;
}

function parseObject(value: unknown, place: Place): AssetFilter | undefined {
  const { faults, pointer, depth } = place;
  if (!isObject(value)) return faults.add(pointer, fault('wrong-type', 'Must be an object of fields'));
  if (depth > MAX_DEPTH)
    return faults.add(pointer, fault('too-many-items', `Must nest at most ${MAX_DEPTH} levels`));
  const entries = Object.entries(value);
  if (entries.length === 0) {
    const detail = 'Name at least one field; { "state": "active" } takes every active asset';
    return faults.add(pointer, fault('empty-list', detail));
  }
  return together(entries.flatMap(([name, content]) => parseMember(name, content, place)));
}

function parseMember(name: string, content: unknown, place: Place): readonly AssetFilter[] {
  const inside = { ...place, pointer: place.pointer + below(name) };
  if (name === 'all' || name === 'any') return parseList(name, content, inside);
  if (name === 'not') return parseNot(content, inside);
  if (name === 'attributes') return parseAttributes(content, inside);
  if (fieldRule(name)) return parseTests({ field: name as FilterField, attribute: null }, content, inside);
  const known = [...Object.keys(FILTER_FIELDS), 'all', 'any', 'not'].join(', ');
  place.faults.add(inside.pointer, fault('unknown-field', `There is no such field: use ${known}`));
  return [];
}

function parseList(kind: 'all' | 'any', content: unknown, place: Place): readonly AssetFilter[] {
  if (!Array.isArray(content) || content.length === 0) {
    place.faults.add(place.pointer, fault('empty-list', 'Must be a list of at least one filter'));
    return [];
  }
  const filters = content.flatMap((item, index) => {
    const inside = { ...place, pointer: place.pointer + below(String(index)), depth: place.depth + 1 };
    return parseObject(item, inside) ?? [];
  });
  return [{ kind, filters }];
}

function parseNot(content: unknown, place: Place): readonly AssetFilter[] {
  const filter = parseObject(content, { ...place, depth: place.depth + 1 });
  return filter ? [{ kind: 'not', filter }] : [];
}

function parseAttributes(content: unknown, place: Place): readonly AssetFilter[] {
  if (!isObject(content) || Object.keys(content).length === 0) {
    place.faults.add(place.pointer, fault('wrong-type', 'Must be an object of attributes and their values'));
    return [];
  }
  return Object.entries(content).flatMap(([attribute, wanted]) =>
    parseTests({ field: 'attributes', attribute }, wanted, {
      ...place,
      pointer: place.pointer + below(attribute),
    }),
  );
}

/** A value, a list of values, or an object of operators, which must all be met. */
function parseTests(
  subject: { readonly field: FilterField; readonly attribute: string | null },
  content: unknown,
  { faults, pointer }: Place,
): readonly AssetFilter[] {
  const rule = FILTER_FIELDS[subject.field];
  const operators = isObject(content) ? Object.entries(content) : [['equals', content] as const];
  if (operators.length === 0) {
    faults.add(pointer, fault('empty-list', 'Give a value, a list of values or an operator'));
  }
  return operators.flatMap(([operator, wanted]) => {
    const at = isObject(content) ? pointer + below(operator) : pointer;
    const condition: FieldCondition | undefined = parseCondition(rule, operator, wanted, { faults, at });
    return condition ? [{ kind: 'test' as const, ...subject, ...condition }] : [];
  });
}

function together(filters: readonly AssetFilter[]): AssetFilter | undefined {
  const [only, ...others] = filters;
  return only && others.length === 0 ? only : { kind: 'all', filters };
}

function countTests(filter: AssetFilter): number {
  if (filter.kind === 'test') return 1;
  if (filter.kind === 'not') return countTests(filter.filter);
  return filter.filters.reduce((sum, each) => sum + countTests(each), 0);
}
