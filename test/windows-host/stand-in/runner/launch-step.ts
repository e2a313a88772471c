import type { PlanLaunch, PlanStep } from '../../../../src/packages/domain/execution-plan.js';
import { expandLine } from '../cmd/expand.js';
import { Environment } from '../environment.js';
import { fileIsKnown } from '../programs/table-program.js';
import type { RunFolder } from '../run-folder.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';

/** Names of the runner's own environment; the secrets are not in it. An unknown name stays as it is. */
export function expanded(text: string, { runner, folder }: StepLaunch): string {
  return expandLine(text, {
    environment: new Environment(runner.launch.environment),
    errorLevel: 0,
    workingDirectory: folder.pathOf('work'),
    batchArguments: undefined,
  });
}

const CMD = 'C:\\Windows\\System32\\cmd.exe /d /s /c';

export interface StepLaunch {
  readonly standIn: StandIn;
  readonly runner: SimulatedProcess;
  readonly folder: RunFolder;
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}

/** The launches that start one program. */
export type ProgramLaunch = Extract<PlanLaunch, { form: 'line' | 'batch' | 'program' }>;

export type LaunchedStep = { readonly process: SimulatedProcess } | { readonly missing: string };

/** Starts a step's program as its plan says, or tells what is missing. */
export function launchStep(step: PlanStep, launch: ProgramLaunch, context: StepLaunch): LaunchedStep {
  const named = launch.form === 'program' ? launch.file : null;
  const file = named === null ? null : expanded(named, context);
  const isKnown = file === null || fileIsKnown(context.standIn, file);
  if (!isKnown) return { missing: `The file ${file} does not exist` };
  return startProgram(commandLineOf(step.index, launch, context), context);
}

/** Starts a command line as the runner does: without cmd.exe, in the run's work folder. */
export function startProgram(commandLine: string, context: StepLaunch): LaunchedStep {
  const { standIn, runner, folder, environment, onOutput } = context;
  const workingDirectory = folder.pathOf('work');
  const process = standIn.spawn(runner, { commandLine, environment, workingDirectory, onOutput });
  return process === undefined ? { missing: `No program for the command line ${commandLine}` } : { process };
}

function commandLineOf(index: number, launch: ProgramLaunch, context: StepLaunch): string {
  const { folder, standIn } = context;
  if (launch.form === 'line') return `${CMD} "${launch.commandLine}"`;
  if (launch.form === 'program') {
    const expandsItself = /(^|\\)cmd\.exe$/i.test(launch.program);
    const argumentsText = expandsItself ? launch.arguments : expanded(launch.arguments, context);
    return `"${expanded(launch.program, context)}" ${argumentsText}`.trimEnd();
  }
  const path = folder.pathOf(`steps\\${index}.cmd`);
  standIn.machine.files.write(path, { content: launch.text.replace(/\r?\n/g, '\r\n') });
  return `${CMD} ""${path}""`;
}
