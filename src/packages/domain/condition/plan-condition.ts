import { z } from 'zod';
import { OPERATORS, VALUE_TYPES } from './comparison.js';

/** What a criterion looks at. Texts are written out but for `%VARIABLES%`, which are the target's own. */
const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string() }),
  /** `value` null: the key itself; empty: its default value. */
  z.strictObject({
    kind: z.literal('registry'),
    key: z.string(),
    value: z.string().nullable(),
    view: z.union([z.literal(32), z.literal(64)]),
  }),
  z.strictObject({ kind: z.literal('os') }),
  z.strictObject({ kind: z.literal('architecture') }),
  /** By product code or by name, where `*` stands for any text. */
  z.strictObject({ kind: z.literal('product'), by: z.enum(['code', 'name']), text: z.string() }),
  z.strictObject({ kind: z.literal('process'), name: z.string() }),
  z.strictObject({ kind: z.literal('service'), name: z.string() }),
  z.strictObject({ kind: z.literal('reboot-pending') }),
  z.strictObject({ kind: z.literal('disk'), drive: z.string() }),
  z.strictObject({ kind: z.literal('memory') }),
  z.strictObject({ kind: z.literal('logged-on-user') }),
  z.strictObject({ kind: z.literal('powershell') }),
]);
export type PlanSubject = z.infer<typeof subject>;

const criterion = z.strictObject({
  subject,
  /** What of the subject is compared: `version`, `data`...; `exists` asks whether it is there, `value` is all that it has. */
  property: z.string(),
  operator: z.enum(OPERATORS),
  valueType: z.enum(VALUE_TYPES),
  /** As text, whatever the type; an instant in UTC with milliseconds, `true` or `false` for `exists`. */
  expected: z.string(),
});
export type PlanCriterion = z.infer<typeof criterion>;

/** How the criteria are joined: the index of one, or a group. */
export type PlanRule =
  | number
  | { readonly all: readonly PlanRule[] }
  | { readonly any: readonly PlanRule[] }
  | { readonly not: PlanRule };

const rule: z.ZodType<PlanRule> = z.lazy(() =>
  z.union([
    z.number().int().min(0),
    z.strictObject({ all: z.array(rule) }),
    z.strictObject({ any: z.array(rule) }),
    z.strictObject({ not: rule }),
  ]),
);

/** A condition that needs no further decision: a flat list of comparisons, and how they are joined. */
export const planConditionSchema = z.strictObject({ criteria: z.array(criterion), rule });
export type PlanCondition = z.infer<typeof planConditionSchema>;
