import type { Fault } from '../../shared/errors.js';
import type { Secret } from '../../shared/secret.js';
import { toPlanCondition } from './condition/lower-condition.js';
import type { DeploymentPackage, PackageRevision } from './deployment-package.js';
import {
  type ExecutionPlan,
  type PlanJump,
  type PlanLaunch,
  type PlanShare,
  type PlanStep,
  SHARE_PASSWORD,
} from './execution-plan.js';
import { fault, pointerTo } from './faults.js';
import { effectiveWaitSeconds } from './package-warnings.js';
import {
  type GivenParameters,
  type ParameterResolution,
  ResolvedParameters,
  resolveParameters,
} from './parameters.js';
import { enabledFrom, resolveJump } from './step-graph.js';
import { absoluteFaults, lengthFaults, pointerInto, tokenFaults } from './step-text.js';
import type { TextPlace } from './steps/step-kind.js';
import { contentFaults, launchOf, mapTexts, type PackageStep, textFields } from './steps/step-types.js';
import { builtInToken, substitute, tokensIn } from './tokens.js';
import { packageShareFault, TokenValues, type PlanAsset, withoutEndingBackslash } from './token-values.js';

/** What `compilePlan` needs beside the revision and the asset. */
export interface CompileOptions {
  readonly targetRunId: string;
  /** The share that this asset uses; undefined: none is set up. Needed only when a step names it. */
  readonly packageShare: PlanShare | undefined;
  /**
   * The deployment's values, secrets as `Secret` or text; or what `resolveParameters` made of them for this package,
   * which is not checked again: worth it for many assets, since a pattern costs about a millisecond.
   */
  readonly parameters: GivenParameters | ResolvedParameters;
  /** Where the faults of parameters point; default `/parameters`. */
  readonly parametersPointer?: string;
  /** Default 10 MiB per step. */
  readonly outputLimitBytes?: number;
  /** Default: 30 s, doubling up to 300 s. */
  readonly retryBackoff?: ExecutionPlan['retryBackoff'];
}

export type PlanCompilation =
  | {
      readonly ok: true;
      readonly plan: ExecutionPlan;
      /** By environment variable (`WINCH_<NAME>`), in the order of `plan.secretNames`; not the share's password. */
      readonly secrets: ReadonlyMap<string, Secret>;
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const DEFAULT_OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024;
const DEFAULT_RETRY_BACKOFF = { initialSeconds: 30, maxSeconds: 300 };

/** Stands in for the launch of a disabled step: the plan lists it so that indexes match, the runner never starts it. */
const DISABLED_LAUNCH: PlanLaunch = { form: 'line', commandLine: 'rem This step is disabled' };

/**
 * Compiles a revision for one asset (DESIGN sections 4 and 5): tokens replaced, launch lines by extension, jumps as
 * indexes that pass over disabled steps. Pure. Answers every fault at once, with pointers into the package
 * (`/steps/0/path`) or, for parameters, below `parametersPointer`.
 */
export function compilePlan(
  revision: PackageRevision,
  asset: PlanAsset,
  options: CompileOptions,
): PlanCompilation {
  const pkg = revision.package;
  const resolution = resolved(pkg, options);
  const parameters = resolution.ok ? resolution.parameters : withDefaults(pkg);
  const values = new TokenValues(asset, options.packageShare?.unc, parameters.values);
  const steps = pkg.steps.map((step, index) => compileStep(step, index, { pkg, values }));
  const faults = [
    ...(resolution.ok ? [] : resolution.faults),
    ...shareFaults(pkg, options.packageShare?.unc),
    ...steps.flatMap((step) => (step.ok ? [] : step.faults)),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const secrets = new Map([...parameters.secrets].map(([name, secret]) => [`WINCH_${name}`, secret]));
  const planSteps = steps.flatMap((step) => (step.ok ? [step.planStep] : []));
  return { ok: true, plan: assemble(revision, options, [...secrets.keys()], planSteps), secrets };
}

function resolved(
  pkg: DeploymentPackage,
  { parameters, parametersPointer }: CompileOptions,
): ParameterResolution {
  if (parameters instanceof ResolvedParameters) return { ok: true, parameters };
  return resolveParameters(pkg.parameters, parameters, parametersPointer);
}

/** When a value is refused, the steps are still checked, so that their faults are answered together with it. */
function withDefaults(pkg: DeploymentPackage): ResolvedParameters {
  const values = new Map(pkg.parameters.map(({ name, default: value }) => [name, value ?? '']));
  return new ResolvedParameters(values, new Map());
}

function assemble(
  revision: PackageRevision,
  options: CompileOptions,
  secretNames: string[],
  steps: PlanStep[],
): ExecutionPlan {
  const { name, maxDurationSeconds, runMode, finalAction } = revision.package;
  const share = shareOf(revision.package, options.packageShare);
  return {
    planVersion: 1,
    targetRunId: options.targetRunId,
    package: { name, revision: revision.revision },
    runMode,
    maxDurationSeconds,
    finalAction: { ...finalAction, waitSeconds: effectiveWaitSeconds(finalAction) },
    share,
    secretNames: share?.username ? [...secretNames, SHARE_PASSWORD] : secretNames,
    outputLimitBytes: options.outputLimitBytes ?? DEFAULT_OUTPUT_LIMIT_BYTES,
    retryBackoff: options.retryBackoff ?? DEFAULT_RETRY_BACKOFF,
    start: enabledFrom(revision.package.steps, 0),
    steps,
  };
}

interface StepContext {
  readonly pkg: DeploymentPackage;
  readonly values: TokenValues;
}

type StepCompilation =
  | { readonly ok: true; readonly planStep: PlanStep }
  | { readonly ok: false; readonly faults: readonly Fault[] };

function compileStep(step: PackageStep, index: number, context: StepContext): StepCompilation {
  if (!step.enabled) return { ok: true, planStep: planStep(step, index, context, DISABLED_LAUNCH) };
  const pointer = pointerInto(index);
  const faults: Fault[] = [];
  const written = mapTexts(step, (text, place) => {
    const field = writeText(text, { ...place, pointer: pointer(...place.at) }, context);
    faults.push(...field.faults);
    return field.text;
  });
  faults.push(...contentFaults(written, { pointer, isWritten: true }));
  const launch = launchOf(written);
  if (launch !== null) faults.push(...shellLengthFaults(launch, index));
  if (launch === null || faults.length > 0) return { ok: false, faults };
  return { ok: true, planStep: planStep(written, index, context, launch) };
}

interface WrittenText {
  readonly text: string;
  readonly faults: readonly Fault[];
}

/** A text with its tokens replaced, and what is wrong with it then. */
function writeText(
  original: string,
  { use, pointer }: TextPlace & { readonly pointer: string },
  { pkg, values }: StepContext,
): WrittenText {
  const text = substitute(original, (word) => values.valueOf(word));
  const isWhole = tokensIn(original).every((word) => values.valueOf(word) !== undefined);
  const faults = [
    ...tokenFaults(original, pointer, pkg.parameters),
    ...tokensIn(original).flatMap((word) => values.faultsOf(word, pointer)),
    ...lengthFaults(text, pointer),
    ...(use === 'path' && isWhole ? absoluteFaults(text, pointer) : []),
    ...(use === 'plain' ? [] : quoteFaults(text, pointer)),
  ];
  return { text, faults };
}

/** A value may bring in what the path itself may not hold. */
function quoteFaults(text: string, pointer: string): Fault[] {
  if (!/["<>|*?]/.test(text)) return [];
  return [fault('bad-path', pointer, 'A path holds none of " < > | * ? after its tokens are replaced')];
}

/** cmd.exe takes at most 8,191 characters, path and arguments together; other programs take what CreateProcess does. */
function shellLengthFaults(launch: PlanLaunch, index: number): Fault[] {
  if (launch.form !== 'program' || launch.program !== 'cmd.exe') return [];
  return lengthFaults(launch.arguments, pointerTo('steps', index, 'arguments'));
}

/** Nothing is connected for a package that does not name the share. */
function shareOf(pkg: DeploymentPackage, share: PlanShare | undefined): PlanShare | null {
  if (share === undefined || shareUsers(pkg).length === 0) return null;
  return { ...share, unc: withoutEndingBackslash(share.unc) };
}

function shareFaults(pkg: DeploymentPackage, unc: string | undefined): Fault[] {
  return shareUsers(pkg).flatMap((pointer) => packageShareFault(unc, pointer) ?? []);
}

/** Where steps name the share. */
function shareUsers(pkg: DeploymentPackage): string[] {
  return pkg.steps.flatMap((step, index) => {
    if (!step.enabled) return [];
    const using = textFields(step).filter(({ text }) =>
      tokensIn(text).some((word) => builtInToken(word) === 'PackageShare'),
    );
    return using.map(({ at }) => pointerTo('steps', index, ...at));
  });
}

function planStep(step: PackageStep, index: number, { pkg }: StepContext, launch: PlanLaunch): PlanStep {
  return {
    index,
    name: step.name,
    type: step.type,
    enabled: step.enabled,
    launch,
    detect: step.enabled && step.type === 'installer' && step.detect ? toPlanCondition(step.detect) : null,
    successCodes: [...step.successCodes],
    softRebootCodes: [...step.softRebootCodes],
    hardRebootCodes: [...step.hardRebootCodes],
    retryCodes: [...step.retryCodes],
    timeoutSeconds: step.timeoutSeconds,
    outputEncoding: step.outputEncoding,
    onSuccess: destination(pkg, index, step.onSuccess),
    onFailure: destination(pkg, index, step.onFailure),
  };
}

function destination(pkg: DeploymentPackage, index: number, jump: PackageStep['onSuccess']): PlanJump {
  // A revision has passed parsePackageFile, where a jump to an unknown step is a fault.
  return resolveJump(pkg.steps, index, jump) ?? 'stop-failure';
}
