/** How many runs are in a state or ended with an outcome. */
export interface StateCount {
  readonly state: string;
  readonly outcome: string | null;
  readonly count: number;
}

/** The runs of a deployment in numbers. */
export interface Tally {
  readonly total: number;
  readonly byState: Record<string, number>;
  readonly byOutcome: Record<string, number>;
}

/** Adds up the counts of one deployment. */
export function tallyOf(counts: readonly StateCount[]): Tally {
  const byState: Record<string, number> = {};
  const byOutcome: Record<string, number> = {};
  for (const { state, outcome, count } of counts) {
    byState[state] = (byState[state] ?? 0) + count;
    if (outcome !== null) byOutcome[outcome] = (byOutcome[outcome] ?? 0) + count;
  }
  return { total: counts.reduce((sum, { count }) => sum + count, 0), byState, byOutcome };
}
