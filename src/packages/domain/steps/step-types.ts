import { z } from 'zod';
import type { Fault } from '../../../shared/errors.js';
import type { PlanLaunch } from '../execution-plan.js';
import { commandKind, type CommandStep, commandStepSchema } from './command-step.js';
import { conditionKind, type ConditionStep, conditionStepSchema } from './condition-step.js';
import { installerKind, type InstallerStep, installerStepSchema } from './installer-step.js';
import { killProcessKind, type KillProcessStep, killProcessStepSchema } from './kill-process-step.js';
import {
  msiUninstallerKind,
  type MsiUninstallerStep,
  msiUninstallerStepSchema,
} from './msi-uninstaller-step.js';
import { scriptKind, type ScriptStep, scriptStepSchema } from './script-step.js';
import type { FaultContext, MapText, StepKind, TextPlace } from './step-kind.js';

export type PackageStep =
  CommandStep | ConditionStep | InstallerStep | ScriptStep | KillProcessStep | MsiUninstallerStep;

/** Every step type, in the order in which messages name them. */
export const STEP_TYPES = [
  'command',
  'condition',
  'installer',
  'script',
  'kill-process',
  'msi-uninstaller',
] as const satisfies readonly PackageStep['type'][];

/** A step of the package file; its type decides over its fields. */
export const stepSchema = z.discriminatedUnion('type', [
  commandStepSchema,
  conditionStepSchema,
  installerStepSchema,
  scriptStepSchema,
  killProcessStepSchema,
  msiUninstallerStepSchema,
]);

/** What a step's type knows to do, bound to the step. */
interface BoundStep {
  readonly mapTexts: (map: MapText) => PackageStep;
  readonly contentFaults: (context: FaultContext) => Fault[];
  readonly launch: () => PlanLaunch | null;
}

function bound(step: PackageStep): BoundStep {
  switch (step.type) {
    case 'command':
      return bind(commandKind, step);
    case 'condition':
      return bind(conditionKind, step);
    case 'installer':
      return bind(installerKind, step);
    case 'script':
      return bind(scriptKind, step);
    case 'kill-process':
      return bind(killProcessKind, step);
    case 'msi-uninstaller':
      return bind(msiUninstallerKind, step);
  }
}

function bind<S extends PackageStep>(kind: StepKind<S>, step: S): BoundStep {
  return {
    mapTexts: (map) => kind.mapTexts(step, map),
    contentFaults: (context) => kind.contentFaults(step, context),
    launch: () => kind.launch(step),
  };
}

/** The step with each text in which tokens are replaced as `map` gives it. */
export function mapTexts(step: PackageStep, map: MapText): PackageStep {
  return bound(step).mapTexts(map);
}

/** A text field of a step in which tokens are replaced. */
export interface TextField extends TextPlace {
  readonly text: string;
}

/** Every text field of a step, in the order of the package file. */
export function textFields(step: PackageStep): TextField[] {
  const fields: TextField[] = [];
  mapTexts(step, (text, place) => {
    fields.push({ ...place, text });
    return text;
  });
  return fields;
}

/** What is wrong with the content of a step's texts: an extension that nothing runs, for example. */
export function contentFaults(step: PackageStep, context: FaultContext): Fault[] {
  return bound(step).contentFaults(context);
}

/** What the runner does for a step; null when `contentFaults` says why there is nothing that it could do. */
export function launchOf(step: PackageStep): PlanLaunch | null {
  return bound(step).launch();
}
