import type { Fault } from '../../shared/errors.js';
import type { DeploymentPackage } from './deployment-package.js';
import { pointerTo, warning } from './faults.js';
import { asksUserOrRestarts } from './launch.js';
import { loops, unreachableSteps, type Loop } from './step-graph.js';
import { type PackageStep, textFields } from './steps/step-types.js';
import { tokensIn } from './tokens.js';

/** The least wait before a reboot or shutdown, so that the journal is read first (DESIGN section 4). */
export const MIN_REBOOT_WAIT_SECONDS = 30;

/** What is allowed but probably not meant; the package has no faults. */
export function packageWarnings(pkg: DeploymentPackage): Fault[] {
  return [
    ...finalActionWarnings(pkg),
    ...unusedParameters(pkg),
    ...graphWarnings(pkg),
    ...pkg.steps.flatMap((step, index) => stepWarnings(step, index, pkg.maxDurationSeconds)),
  ];
}

/** Whether a final action's wait is raised, and to what. */
export function effectiveWaitSeconds({ action, waitSeconds }: DeploymentPackage['finalAction']): number {
  const takesMachineDown = action === 'reboot' || action === 'shutdown';
  return takesMachineDown ? Math.max(waitSeconds, MIN_REBOOT_WAIT_SECONDS) : waitSeconds;
}

function finalActionWarnings({ finalAction }: DeploymentPackage): Fault[] {
  if (effectiveWaitSeconds(finalAction) === finalAction.waitSeconds) return [];
  const detail = `The ${finalAction.action} waits ${MIN_REBOOT_WAIT_SECONDS} s instead of ${finalAction.waitSeconds} s, so that the run's result can be read first`;
  return [warning('final-action-wait-raised', pointerTo('finalAction', 'waitSeconds'), detail)];
}

function unusedParameters({ parameters, steps }: DeploymentPackage): Fault[] {
  const used = new Set(
    steps.flatMap((step) =>
      textFields(step).flatMap(({ text }) => tokensIn(text).map((word) => word.toUpperCase())),
    ),
  );
  return parameters.flatMap(({ name, secret }, index) => {
    if (secret || used.has(name)) return [];
    return [warning('parameter-not-used', pointerTo('parameters', index), `No step uses {${name}}`)];
  });
}

function graphWarnings({ steps }: DeploymentPackage): Fault[] {
  if (!steps.some((step) => step.enabled)) {
    return [
      warning(
        'no-enabled-step',
        '/steps',
        'Every step is disabled: a deployment succeeds without doing anything',
      ),
    ];
  }
  const unreachable = unreachableSteps(steps).map((index) =>
    warning('unreachable-step', pointerTo('steps', index), 'No way leads to this step'),
  );
  return [...unreachable, ...loops(steps).map((loop) => loopWarning(loop, steps))];
}

function loopWarning(loop: Loop, steps: readonly PackageStep[]): Fault {
  const names = loop.steps.slice(0, 10).map((index) => steps[index]?.name ?? '');
  const end = loop.escapes ? 'as long as their results lead round, at most' : 'whatever their results are,';
  const detail = `These steps repeat ${end} until the maximum duration: ${names.join(', ')}`;
  return warning('endless-loop', pointerTo('steps', loop.steps[0] ?? 0), detail);
}

function stepWarnings(step: PackageStep, index: number, maxDurationSeconds: number): Fault[] {
  const at = (field: string) => pointerTo('steps', index, field);
  const overlap = step.retryCodes.filter((code) => step.successCodes.includes(code));
  const warnings: Fault[] = [];
  if (overlap.length > 0) {
    const detail = `${overlap.join(', ')} is a success code too, so the step is not tried again after it`;
    warnings.push(warning('retry-code-is-success', at('retryCodes'), detail));
  }
  if (step.timeoutSeconds !== null && step.timeoutSeconds >= maxDurationSeconds) {
    const detail = `The package's maximum duration (${maxDurationSeconds} s) ends the step first`;
    warnings.push(warning('timeout-exceeds-maximum', at('timeoutSeconds'), detail));
  }
  if (step.type === 'installer' && asksUserOrRestarts(step.path, step.parameters)) {
    const detail =
      'These options open windows that nobody can answer, or restart the computer in the middle of the run';
    warnings.push(warning('installer-not-silent', at('parameters'), detail));
  }
  if (step.type === 'kill-process' && !step.force) {
    const detail =
      "The system account can ask no program in a user's session to close: without force it only succeeds when nothing is running";
    warnings.push(warning('kill-without-force', at('force'), detail));
  }
  return [...warnings, ...rebootCodeWarnings(step, at)];
}

/** Reboot codes at their default are not the author's words, so that nothing is said about those. */
const DEFAULT_REBOOT_CODES = [1641, 3010];

function rebootCodeWarnings(step: PackageStep, at: (field: string) => string): Fault[] {
  return (['softRebootCodes', 'hardRebootCodes'] as const).flatMap((field) => {
    const lost = step[field].filter(
      (code) => !step.successCodes.includes(code) && !DEFAULT_REBOOT_CODES.includes(code),
    );
    if (lost.length === 0) return [];
    const detail = `${lost.join(', ')} is no success code: the step fails with it, and a reboot is noted all the same`;
    return [warning('reboot-code-not-success', at(field), detail)];
  });
}
