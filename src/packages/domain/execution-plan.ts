import { z } from 'zod';
import { planConditionSchema } from './condition/plan-condition.js';

/**
 * The plan that a worker hands to the runner: one package revision compiled for one asset. Paths and
 * parameters are substituted, codes are numbers, jumps are indexes. The runner obeys it and decides nothing.
 * Keep in step with src/target/runner.ps1.
 */
const returnCode = z.number().int().min(0).max(0xffff_ffff);

/** Where to go after a step: the index of the next enabled step, or an end. */
const jump = z.union([z.number().int().min(0), z.literal('stop-success'), z.literal('stop-failure')]);

/** How a step does its work: by a program, to which the runner adds only the redirection of its output, or by itself. */
const launch = z.discriminatedUnion('form', [
  /** `cmd.exe /d /s /c "<commandLine>"`. */
  z.strictObject({ form: z.literal('line'), commandLine: z.string().min(1) }),
  /** Text of a batch file that the runner writes into the run's folder and starts with `cmd.exe /d /s /c`. */
  z.strictObject({ form: z.literal('batch'), text: z.string().min(1) }),
  /** A program with its raw argument string, started without cmd.exe. `file` must exist beforehand when set. */
  z.strictObject({
    form: z.literal('program'),
    program: z.string().min(1),
    arguments: z.string(),
    file: z.string().nullable(),
    /** Whether the step goes on until everything that the program started has ended. */
    waitForChildren: z.boolean().default(false),
  }),
  /** Ends what matches an image name (`*` stands for any text) or has one of the ids. Returns 0, or 1 when something is left. */
  z.strictObject({
    form: z.literal('kill-process'),
    images: z.array(z.string().min(1)),
    pids: z.array(z.number().int().min(1)),
    force: z.boolean(),
    children: z.boolean(),
    /** How long a window may take to close that was asked to; 0: nobody is asked. */
    graceSeconds: z.number().int().min(0),
    notRunning: z.enum(['success', 'failure']),
  }),
  /** `msiexec /x` of each product code, or of what `productName` finds among the installed products. One code for all. */
  z.strictObject({
    form: z.literal('msi-uninstall'),
    productCodes: z.array(z.string()),
    productName: z.string().min(1).nullable(),
    options: z.string(),
    /** Whether the runner asks for a log and passes its end on as output. */
    log: z.boolean(),
  }),
  /** Evaluated by the runner, without a program; the return code is 0 when the condition is met, otherwise 1. */
  z.strictObject({ form: z.literal('condition'), condition: planConditionSchema }),
]);

const planStep = z.strictObject({
  /** Position in the package, from 0; equals the position in `steps`. */
  index: z.number().int().min(0),
  name: z.string(),
  type: z.enum(['command', 'condition', 'installer', 'script', 'kill-process', 'msi-uninstaller']),
  /** A disabled step is never a jump target; it is listed so that indexes match the package. */
  enabled: z.boolean(),
  launch,
  /** When it is met before the first attempt, the step is skipped; null: the step is never skipped. */
  detect: planConditionSchema.nullable().default(null),
  successCodes: z.array(returnCode),
  softRebootCodes: z.array(returnCode),
  hardRebootCodes: z.array(returnCode),
  retryCodes: z.array(returnCode),
  /** Seconds after which the step is killed; null: only the maximum duration limits it. */
  timeoutSeconds: z.number().int().min(1).nullable(),
  outputEncoding: z.enum(['auto', 'oem', 'utf-8', 'utf-16']),
  onSuccess: jump,
  onFailure: jump,
});

/** Among a plan's secrets the one that is no environment variable: the password of the share's credential. */
export const SHARE_PASSWORD = 'share-password';

/** The package share, connected before the first step; `unc` without a backslash at its end. */
const share = z.strictObject({
  id: z.string(),
  unc: z.string().min(1),
  /** Whom its credential logs on, where the account of the steps may not read it; null: nobody. */
  username: z.string().nullable(),
});

export const executionPlanSchema = z.strictObject({
  planVersion: z.literal(1),
  targetRunId: z.string(),
  package: z.strictObject({ name: z.string(), revision: z.number().int().min(1) }),
  runMode: z.literal('system'),
  /** Counted from `run.started`. */
  maxDurationSeconds: z.number().int().min(1),
  finalAction: z.strictObject({
    action: z.enum(['none', 'reboot', 'shutdown', 'log-off']),
    waitSeconds: z.number().int().min(0),
    message: z.string(),
    when: z.enum(['always', 'if-required']),
  }),
  /** Null when no step names `{PackageShare}`. */
  share: share.nullable().default(null),
  /**
   * What the runner asks for: environment variables `WINCH_<NAME>`, and `share-password` when the share has a
   * credential. Empty: no hand-over takes place.
   */
  secretNames: z.array(z.string().regex(/^(?:WINCH_[A-Z][A-Z0-9_]*|share-password)$/)),
  /** Kept output per step, both streams together, in bytes of UTF-8; what comes after it is dropped with a mark. */
  outputLimitBytes: z.number().int().min(1024),
  /** First wait before a step with a retry code runs again; it doubles up to the maximum. */
  retryBackoff: z.strictObject({
    initialSeconds: z.number().int().min(1),
    maxSeconds: z.number().int().min(1),
  }),
  /** Where to begin: the first enabled step, or an end when there is none. */
  start: jump,
  steps: z.array(planStep),
});

export type ExecutionPlan = z.infer<typeof executionPlanSchema>;
export type PlanShare = z.infer<typeof share>;
export type PlanStep = z.infer<typeof planStep>;
export type PlanLaunch = z.infer<typeof launch>;
export type PlanJump = z.infer<typeof jump>;
