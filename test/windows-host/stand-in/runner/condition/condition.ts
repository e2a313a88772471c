import type {
  PlanCondition,
  PlanCriterion,
  PlanRule,
} from '../../../../../src/packages/domain/condition/plan-condition.js';
import type { JournalWriter } from '../journal-writer.js';
import { type Answer, answerOf, opposite, someOf } from './compare.js';
import { foundIn, type Place } from './found.js';

interface ConditionContext extends Place {
  readonly index: number;
  readonly journal: JournalWriter;
}

/** Looks at every criterion, journals what the model holds, and says whether the condition is met. */
export function conditionIsMet(condition: PlanCondition, context: ConditionContext): boolean {
  const answers = condition.criteria.map((criterion, place) => {
    const { answer, found, problem } = lookAt(criterion, context);
    context.journal.write({
      type: 'step.criterion',
      index: context.index,
      criterion: place,
      found,
      met: answer === true,
      problem,
    });
    return answer;
  });
  return joined(condition.rule, answers) === true;
}

interface Look {
  readonly answer: Answer;
  readonly found: string[];
  readonly problem: string | null;
}

function lookAt(criterion: PlanCriterion, place: Place): Look {
  try {
    const found = foundIn(criterion, place);
    const answer = answerOf(criterion, found);
    const problem =
      answer === undefined ? `What was found cannot be compared as ${criterion.valueType}` : null;
    return { answer, found, problem };
  } catch (error) {
    return { answer: undefined, found: [], problem: error instanceof Error ? error.message : String(error) };
  }
}

function joined(rule: PlanRule, answers: readonly Answer[]): Answer {
  if (typeof rule === 'number') return answers[rule];
  if ('not' in rule) return opposite(joined(rule.not, answers));
  if ('any' in rule) return someOf(rule.any.map((part) => joined(part, answers)));
  return opposite(someOf(rule.all.map((part) => opposite(joined(part, answers)))));
}
