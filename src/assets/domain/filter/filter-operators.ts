/** `like` knows `*` for any characters, none included. Texts are compared whatever the case of A to Z; names, of any letter. */
export const TEXT_OPERATORS = ['equals', 'notEquals', 'like', 'notLike'] as const;
export type TextOperator = (typeof TEXT_OPERATORS)[number];

export const INSTANT_OPERATORS = ['lessThan', 'greaterThan', 'withinSeconds', 'olderThanSeconds'] as const;
export type InstantOperator = (typeof INSTANT_OPERATORS)[number];

export const FILTER_OPERATORS = [...TEXT_OPERATORS, ...INSTANT_OPERATORS, 'exists'] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];
