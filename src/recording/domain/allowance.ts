import type { ExecutionPlan } from '../../packages/domain/execution-plan.js';

/**
 * What one run may record at the most: more than its runner writes, unless its steps run in a loop and print to their
 * limit many times over. So it is a hostile target, or such a loop, that meets it.
 */
export interface Allowance {
  /** Output of one step, in bytes of UTF-8. */
  readonly stepOutputBytes: number;
  /** The whole journal. */
  readonly journalBytes: number;
  /** Lines of the journal. */
  readonly lines: number;
}

/** How far a run has come, its newest event among it. */
export interface Recorded {
  readonly stepOutputBytes: number;
  readonly journalBytes: number;
  readonly lines: number;
}

/** The mark of redaction may be longer than what it stands for, and so may a step's output be than its limit. */
const REDACTION_GROWTH = 3;
/** A control character takes six bytes in JSON; steps that run again (loops) have room for some rounds. */
const JOURNAL_GROWTH = 6;
/** Rounds of loops, beside one of each step. */
const SPARE_STEPS = 4;
/** The runner writes each stream of a step every 250 ms at the most, or when 16 KiB are full (docs/developing/journal.md). */
const LINES_PER_SECOND = 10;
const BYTES_PER_LINE = 8 * 1024;
const SPARE_SECONDS = 600;
const SPARE_BYTES = 1024 * 1024;
const SPARE_LINES = 1_000;

/** How much the runner of a plan may write, with a margin. Pure. */
export function allowanceOf(plan: ExecutionPlan): Allowance {
  const outputBytes = (plan.steps.length + SPARE_STEPS) * plan.outputLimitBytes;
  const journalBytes = JOURNAL_GROWTH * outputBytes + SPARE_BYTES;
  const seconds = plan.maxDurationSeconds + SPARE_SECONDS;
  return {
    stepOutputBytes: REDACTION_GROWTH * plan.outputLimitBytes + SPARE_BYTES,
    journalBytes,
    lines: LINES_PER_SECOND * seconds + Math.ceil(journalBytes / BYTES_PER_LINE) + SPARE_LINES,
  };
}

/** What is too much about a run, in words; null while it keeps to its allowance. */
export function excessOf(plan: ExecutionPlan, recorded: Recorded): string | null {
  const allowance = allowanceOf(plan);
  if (recorded.stepOutputBytes > allowance.stepOutputBytes)
    return `A step wrote ${recorded.stepOutputBytes} bytes of output; its runner ends it after ${plan.outputLimitBytes}`;
  if (recorded.journalBytes > allowance.journalBytes)
    return `The journal has ${recorded.journalBytes} bytes; one of this plan has ${allowance.journalBytes} at the most`;
  if (recorded.lines > allowance.lines)
    return `The journal has ${recorded.lines} lines; one of this plan has ${allowance.lines} at the most`;
  return null;
}
