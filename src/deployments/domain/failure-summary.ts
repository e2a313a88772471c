import { failureHint, failureMeaning, type FailureReason } from './failure-reason.js';
import { isSuccess, type Outcome } from './outcome.js';

/** How many assets are named in a group. */
const NAMED_ASSETS = 10;

/** A run, as much of it as a summary looks at. */
export interface SummarisedRun {
  readonly assetName: string;
  readonly outcome: Outcome | null;
  readonly failureReason: FailureReason | null;
}

/** The runs of a deployment that ended in the same way for the same reason. */
export interface FailureGroup {
  readonly outcome: Outcome;
  readonly failureReason: FailureReason | null;
  readonly meaning: string;
  readonly hint: string;
  readonly count: number;
  /** The first of their assets, by name. */
  readonly assets: readonly string[];
}

/** Groups what was no success by outcome and reason, the largest group first: "37 unreachable: port closed". */
export function summariseFailures(runs: readonly SummarisedRun[]): readonly FailureGroup[] {
  const failed = runs.filter(({ outcome }) => outcome !== null && !isSuccess(outcome));
  const groups = Map.groupBy(failed, ({ outcome, failureReason }) => `${outcome} ${failureReason}`);
  return [...groups.values()].flatMap(groupOf).toSorted((a, b) => b.count - a.count);
}

function groupOf(runs: readonly SummarisedRun[]): FailureGroup[] {
  const [first] = runs;
  if (!first || first.outcome === null) return [];
  const { outcome, failureReason } = first;
  const names = runs.map(({ assetName }) => assetName).toSorted((a, b) => a.localeCompare(b));
  return [
    {
      outcome,
      failureReason,
      meaning: failureReason === null ? 'No reason was recorded' : failureMeaning(failureReason),
      hint: failureReason === null ? 'Read the events of a run' : failureHint(failureReason),
      count: runs.length,
      assets: names.slice(0, NAMED_ASSETS),
    },
  ];
}
