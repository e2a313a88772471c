import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import type { PlanCriterion } from '../../../../../src/packages/domain/condition/plan-condition.js';
import { answerOf } from './compare.js';

type ComparisonCase = Pick<PlanCriterion, 'operator' | 'valueType' | 'expected'> & {
  readonly case: string;
  readonly found: readonly string[];
  readonly truth: boolean | null;
};

const file = join(__dirname, '../../../../contract/comparison-cases.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as ComparisonCase[];

describe("the stand-in's comparison", () => {
  it.each(cases)('$case: $operator $expected', ({ found, truth, ...compared }) => {
    expect(answerOf(compared, found) ?? null).toBe(truth);
  });
});
