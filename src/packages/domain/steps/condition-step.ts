import { z } from 'zod';
import { conditionFaults } from '../condition/condition-faults.js';
import { mapConditionTexts } from '../condition/condition-texts.js';
import { type Condition, groupFields, hasOneGroup, ONE_GROUP } from '../condition/criterion-schema.js';
import { toPlanCondition } from '../condition/lower-condition.js';
import { stepBase, type StepBase } from './step-base.js';
import type { StepKind } from './step-kind.js';

/** Asks questions about the computer: reports 0 when they are all answered as expected, otherwise 1. */
export interface ConditionStep extends StepBase, Condition {
  readonly type: 'condition';
}

export const conditionStepSchema = z
  .strictObject({
    ...stepBase,
    type: z.literal('condition').describe('Questions about the computer; reports 0 when met, otherwise 1'),
    ...groupFields(),
  })
  .refine(hasOneGroup, ONE_GROUP);

export const conditionKind: StepKind<ConditionStep> = {
  mapTexts: (step, map) => mapConditionTexts(step, { map, at: [] }),
  contentFaults: conditionFaults,
  launch: (step) => ({ form: 'condition', condition: toPlanCondition(step) }),
};
