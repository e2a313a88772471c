import type { ExecutionPlan, PlanStep } from '../../../src/packages/domain/execution-plan.js';

const STEP: PlanStep = {
  index: 0,
  name: 'step',
  type: 'command',
  enabled: true,
  launch: { form: 'line', commandLine: 'echo done' },
  detect: null,
  successCodes: [0, 1641, 3010],
  softRebootCodes: [3010],
  hardRebootCodes: [1641],
  retryCodes: [1618],
  timeoutSeconds: null,
  outputEncoding: 'auto',
  onSuccess: 'stop-success',
  onFailure: 'stop-failure',
};

/** A step that runs one command line. */
export function aLine(commandLine: string, overrides: Partial<PlanStep> = {}): PlanStep {
  return { ...STEP, launch: { form: 'line', commandLine }, ...overrides };
}

/** A launch of a program without cmd.exe. */
export function aProgram(
  program: string,
  argumentText: string,
): Extract<PlanStep['launch'], { form: 'program' }> {
  return { form: 'program', program, arguments: argumentText, file: null, waitForChildren: false };
}

/** A program that lasts well beyond every test, printing as it goes. */
export const LONG_COMMAND = 'ping -n 600 127.0.0.1';

/** A plan of these steps one after the other; a step's own jumps win. */
export function aPlan(steps: readonly PlanStep[], overrides: Partial<ExecutionPlan> = {}): ExecutionPlan {
  return {
    planVersion: 1,
    targetRunId: 'set by the run',
    package: { name: 'Contract', revision: 1 },
    runMode: 'system',
    maxDurationSeconds: 300,
    finalAction: { action: 'none', waitSeconds: 0, message: '', when: 'always' },
    share: null,
    secretNames: [],
    outputLimitBytes: 1024 * 1024,
    retryBackoff: { initialSeconds: 1, maxSeconds: 2 },
    start: 0,
    steps: steps.map((step, index) => ({ ...step, index, ...chained(step, index, steps.length) })),
    ...overrides,
  };
}

function chained(step: PlanStep, index: number, count: number): Partial<PlanStep> {
  return step.onSuccess === 'stop-success' && index + 1 < count ? { onSuccess: index + 1 } : {};
}
