import type { AssetFilter, FieldTest } from '../domain/filter/asset-filter.js';
import type { FilterField } from '../domain/filter/filter-fields.js';
import { escapeLike } from '../../database/search.js';
import { nameKey } from '../../database/name-key.js';
import { inventoryColumn, someInventoryValue } from './inventory-sql.js';

/** A condition for `andWhere` of a query whose alias is `asset`, with its values apart: no text of a client is ever part of the SQL. */
export interface FilterSql {
  readonly where: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Makes SQL of a filter. Each test is true or false, never NULL, so that `NOT` means what it says. `now` is what
 * `withinSeconds` counts from. Texts compare whatever the case of A to Z (SQLite's NOCASE), names of any letter.
 */
export function filterSql(filter: AssetFilter, now: Date): FilterSql {
  const values = new Values();
  return { where: sqlOf(filter, { values, now }), parameters: values.all };
}

interface Making {
  readonly values: Values;
  readonly now: Date;
}

function sqlOf(filter: AssetFilter, making: Making): string {
  if (filter.kind === 'test') return testSql(filter, making);
  if (filter.kind === 'not') return `NOT (${sqlOf(filter.filter, making)})`;
  const parts = filter.filters.map((each) => `(${sqlOf(each, making)})`);
  return parts.join(filter.kind === 'all' ? ' AND ' : ' OR ');
}

function testSql(test: FieldTest, making: Making): string {
  if (test.operator === 'exists') {
    const some = someValue(test, making, (value) => `${value} IS NOT NULL`);
    return test.value ? some : `NOT ${some}`;
  }
  if (!('values' in test)) return someValue(test, making, (value) => instantSql(test, value, making));
  const some = someValue(test, making, (value) => matchSql(test, value, making));
  return test.operator === 'equals' || test.operator === 'like' ? some : `NOT ${some}`;
}

/** The latest finished run of an asset; ids rise with time, and the index on (assetId, id) makes it one look. */
const LAST_OUTCOME = `(SELECT run.outcome FROM target_run AS run
  WHERE run."assetId" = asset.id AND run."finishedAt" IS NOT NULL ORDER BY run.id DESC LIMIT 1)`;

/** Whether a value of the field, of which tags have several and an optional field none, meets the condition. */
function someValue(
  { field, attribute, operator }: FieldTest,
  { values }: Making,
  condition: (value: string) => string,
): string {
  if (field === 'tags')
    return `EXISTS (SELECT 1 FROM json_each(asset.tags) AS tag WHERE ${condition('tag.value')})`;
  if (field === 'attributes') {
    const key = values.add(attribute);
    return `EXISTS (SELECT 1 FROM json_each(asset.attributes) AS entry WHERE entry.key = ${key} AND (${condition('entry.value')}))`;
  }
  return someInventoryValue(field, operator, condition) ?? `COALESCE(${condition(columnOf(field))}, 0)`;
}

function columnOf(field: FilterField): string {
  if (field === 'lastOutcome') return LAST_OUTCOME;
  return inventoryColumn(field) ?? (field === 'name' ? 'asset.nameKey' : `asset.${field}`);
}

function matchSql(
  { field, operator, values: wanted }: Extract<FieldTest, { readonly values: unknown }>,
  value: string,
  { values }: Making,
): string {
  const texts = field === 'name' ? wanted.map(nameKey) : wanted;
  if (operator === 'equals' || operator === 'notEquals')
    return `${value} COLLATE NOCASE IN (${values.addList(texts)})`;
  const likes = texts.map((text) => `${value} LIKE ${values.add(likePattern(text))} ESCAPE '\\'`);
  return `(${likes.join(' OR ')})`;
}

function likePattern(text: string): string {
  return text.split('*').map(escapeLike).join('%');
}

type InstantTest = Exclude<FieldTest, { readonly values: unknown } | { readonly operator: 'exists' }>;

function instantSql(test: InstantTest, value: string, { values, now }: Making): string {
  if ('instant' in test)
    return `${value} ${test.operator === 'lessThan' ? '<' : '>'} ${values.add(test.instant)}`;
  const border = new Date(now.getTime() - test.seconds * 1000).toISOString();
  return `${value} ${test.operator === 'withinSeconds' ? '>=' : '<'} ${values.add(border)}`;
}

/** Numbers the values of one statement. */
class Values {
  readonly #all: Record<string, unknown> = {};
  #count = 0;

  get all(): Readonly<Record<string, unknown>> {
    return this.#all;
  }

  /** The place of a value in the SQL. */
  add(value: unknown): string {
    const name = this.#next();
    this.#all[name] = value;
    return `:${name}`;
  }

  addList(list: readonly unknown[]): string {
    const name = this.#next();
    this.#all[name] = list;
    return `:...${name}`;
  }

  #next(): string {
    this.#count += 1;
    return `filter${this.#count}`;
  }
}
