import type { FilterField } from './filter-fields.js';
import type { TextOperator } from './filter-operators.js';

/**
 * The expression that chooses assets, in groups, in a deployment's targets and in lists alike. A client writes it as
 * JSON (docs/guide/groups.md); `parseAssetFilter` makes this of it, and a store makes SQL of this.
 */
export type AssetFilter =
  | { readonly kind: 'all' | 'any'; readonly filters: readonly AssetFilter[] }
  | { readonly kind: 'not'; readonly filter: AssetFilter }
  | FieldTest;

/**
 * One field against one operator. Of several values one is enough; `notEquals` and `notLike` want none of them. A field
 * without a value meets `notEquals`, `notLike` and `exists: false` alone.
 */
export type FieldTest = {
  readonly kind: 'test';
  readonly field: FilterField;
  /** Which attribute, exactly as it is written; null for every other field. */
  readonly attribute: string | null;
} & FieldCondition;

export type FieldCondition =
  | { readonly operator: TextOperator; readonly values: readonly string[] }
  | { readonly operator: 'exists'; readonly value: boolean }
  /** Before or after an instant, in RFC 3339, UTC, milliseconds. */
  | { readonly operator: 'lessThan' | 'greaterThan'; readonly instant: string }
  /** Nearer to now, or further back, than so many seconds. */
  | { readonly operator: 'withinSeconds' | 'olderThanSeconds'; readonly seconds: number };
