import { z } from 'zod';

/**
 * The lines of `journal.jsonl`, written by runner.ps1 and described in docs/developing/journal.md.
 * Every line is hostile until it has passed `parseJournalLine`.
 * Keep in step with src/target/runner.ps1 (Write-Event).
 */
const base = {
  /** From 1, without gaps. */
  seq: z.number().int().min(1),
  /** The target's UTC clock, which may jump. */
  at: z.iso.datetime(),
  /** Milliseconds since the runner started, on a clock that does not jump. */
  mono: z.number().int().min(0),
};

const index = z.number().int().min(0);
const returnCode = z.number().int().min(0).max(0xffff_ffff);
const text = (max: number) => z.string().max(max);
const jump = z.union([index, z.literal('stop-success'), z.literal('stop-failure')]);

/** Longest text of one `step.output`; the runner's own chunks have at most 16 KiB and a mark. */
export const MAX_OUTPUT_CHARACTERS = 70_000;

/** How the runner saw the run end, before the final action. */
export const RUNNER_OUTCOMES = [
  'succeeded',
  'succeeded-reboot-required',
  'failed',
  'timed-out',
  'cancelled',
  'interrupted',
] as const;

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ ...base, type: z.literal(type), ...shape });

export const journalEventSchema = z.discriminatedUnion('type', [
  /** The runner's RSA public key: whoever follows answers with `secrets.bin` (docs/developing/operations.md). */
  event('secrets.requested', { modulus: text(1024), exponent: text(16) }),
  event('run.started', {
    runnerVersion: text(64),
    powershellVersion: text(64),
    /** Changes with every boot: the last boot time as the target tells it. */
    bootId: text(128),
    account: text(256),
    computerName: text(256),
    pid: z.number().int().min(0),
  }),
  event('step.started', { index }),
  event('step.output', {
    index,
    stream: z.enum(['stdout', 'stderr']),
    text: text(MAX_OUTPUT_CHARACTERS),
  }),
  /** What was found for one criterion of a condition step or of a step's `detect`. */
  event('step.criterion', {
    index,
    /** Its place among the criteria of the condition. */
    criterion: z.number().int().min(0).max(1000),
    /** What is there, as text; empty when nothing is. */
    found: z.array(text(4000)).max(100),
    met: z.boolean(),
    /** Why it could not be evaluated; null when it could. */
    problem: text(1000).nullable(),
  }),
  /** A retry code came back; the step starts again after the delay. */
  event('step.retrying', {
    index,
    returnCode,
    attempt: z.number().int().min(1),
    delaySeconds: z.number().int().min(0),
  }),
  event('step.finished', {
    index,
    /** Null when the step did not end by itself or could not be started. */
    returnCode: returnCode.nullable(),
    verdict: z.enum(['success', 'failure', 'skipped', 'timed-out', 'cancelled']),
    /** The jump that the runner takes; null when the run ends here for another reason. */
    next: jump.nullable(),
    durationMs: z.number().int().min(0),
    /** Bytes of UTF-8 text kept for this step, both streams together. */
    outputBytes: z.number().int().min(0),
    outputTruncated: z.boolean(),
    /** Why a step without return code failed: not-found, not-startable. Null otherwise. */
    problem: z.enum(['not-found', 'not-startable']).nullable(),
    detail: text(2000),
  }),
  /** Processes that outlived the kill, or Windows Installer still busy. */
  event('kill.incomplete', {
    index,
    survivors: z.array(z.strictObject({ pid: z.number().int().min(0), name: text(260) })).max(200),
    installerBusy: z.boolean(),
  }),
  event('run.completed', {
    outcome: z.enum(RUNNER_OUTCOMES),
    /** From the public list of failure reasons; null when it succeeded. */
    failureReason: text(64).nullable(),
    failureDetail: text(2000),
    /** The last step that was started; null when none was. */
    lastStep: index.nullable(),
    returnCode: returnCode.nullable(),
    rebootRequired: z.boolean(),
  }),
  event('final-action.started', {
    action: z.enum(['reboot', 'shutdown', 'log-off']),
    waitSeconds: z.number().int().min(0),
    /** The exact command line, or what was done instead of one. */
    commandLine: text(2000),
  }),
  event('final-action.skipped', {
    reason: z.enum(['none', 'not-required', 'cancelled', 'interrupted', 'installer-busy', 'failed']),
    detail: text(2000),
  }),
]);

export type JournalEvent = z.infer<typeof journalEventSchema>;
export type JournalEventType = JournalEvent['type'];
export type RunnerOutcome = (typeof RUNNER_OUTCOMES)[number];

/** The journal is complete with the first of these: nothing follows it. */
export function endsJournal(line: JournalEvent): boolean {
  return line.type === 'final-action.started' || line.type === 'final-action.skipped';
}

export type JournalLine =
  { readonly ok: true; readonly event: JournalEvent } | { readonly ok: false; readonly problem: string };

/** Parses one line without its line feed. Never throws: a line that breaks the schema says what is wrong. */
export function parseJournalLine(line: string): JournalLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { ok: false, problem: `Not JSON: ${line.slice(0, 120)}` };
  }
  const result = journalEventSchema.safeParse(json);
  if (result.success) return { ok: true, event: result.data };
  return { ok: false, problem: z.prettifyError(result.error).slice(0, 500) };
}
