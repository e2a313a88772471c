import { z } from 'zod';
import type { Fault } from '../../../shared/errors.js';
import { fault, quote } from '../faults.js';
import { LIMITS, lineField } from '../schema-fields.js';
import { imageName, SYSTEM_PROCESS_IDS, systemProcessMatching } from '../system-processes.js';
import { tokensIn } from '../tokens.js';
import { stepBase, type StepBase } from './step-base.js';
import { type FaultContext, plainAt, type StepKind } from './step-kind.js';

/** Ends programs: every process whose image name matches, in all sessions, and the one with `pid`. Returns 0 or 1. */
export interface KillProcessStep extends StepBase {
  readonly type: 'kill-process';
  /** Image names; `*` stands for any text. */
  readonly process: readonly string[];
  readonly pid: number | null;
  readonly force: boolean;
  /** Whether what they have started is ended too. */
  readonly children: boolean;
  /** How long a program may take to close its window that was asked to; 0: it is not asked. */
  readonly graceSeconds: number;
  /** What it is when nothing that matches is running. */
  readonly notRunning: 'success' | 'failure';
}

const image = lineField.trim().min(1).max(LIMITS.imageNameCharacters);

const imageList = z
  .union([image, z.array(image).max(LIMITS.processes)])
  .transform((written) => (typeof written === 'string' ? [written] : [...written]));

export const killProcessStepSchema = z.strictObject({
  ...stepBase,
  type: z.literal('kill-process').describe('Ends programs by image name or process id'),
  process: imageList
    .prefault([])
    .describe('Image name, or a list of them; * stands for any text, .exe may be left out'),
  pid: z.int().min(0).max(0xffff_ffff).nullable().default(null).describe('Id of a process'),
  force: z.boolean().default(true).describe('Ends what does not close by itself'),
  children: z.boolean().default(false).describe('Ends also what the process has started'),
  graceSeconds: z
    .int()
    .min(0)
    .max(LIMITS.graceSeconds)
    .default(10)
    .describe('How long a program that was asked to close may take; 0: it is not asked'),
  notRunning: z
    .enum(['success', 'failure'])
    .default('success')
    .describe('What it is when nothing that matches is running'),
});

export const killProcessKind: StepKind<KillProcessStep> = {
  mapTexts: (step, map) => ({
    ...step,
    process: step.process.map((name, index) => map(name, plainAt('process', index))),
  }),
  contentFaults,
  launch: ({ process, pid, force, children, graceSeconds, notRunning }) => ({
    form: 'kill-process',
    images: process.map((name) => imageName(name.trim())),
    pids: pid === null ? [] : [pid],
    force,
    children,
    graceSeconds,
    notRunning,
  }),
};

function contentFaults({ process, pid }: KillProcessStep, { pointer, isWritten }: FaultContext): Fault[] {
  if (process.length === 0 && pid === null) {
    const detail = 'Say which processes to end: an image name such as notepad.exe in process, or a pid';
    return [fault('missing-field', pointer('process'), detail)];
  }
  const ofNames = process.flatMap((name, index) => {
    if (!isWritten && tokensIn(name).length > 0) return [];
    return imageFaults(name.trim(), pointer('process', index));
  });
  if (pid === null || !SYSTEM_PROCESS_IDS.includes(pid)) return ofNames;
  return [...ofNames, fault('system-process', pointer('pid'), `Process ${pid} is Windows itself`)];
}

function imageFaults(name: string, pointer: string): Fault[] {
  if (name === '' || /[\\/:"<>|?`]/.test(name)) {
    const detail = String.raw`An image name is the name of a program's file without its folder, such as notepad.exe: none of \ / : " < > | ? and backquotes`;
    return [fault('bad-process-name', pointer, detail)];
  }
  const system = systemProcessMatching(imageName(name));
  if (system === undefined) return [];
  const detail = `${quote(name)} means ${system} too, without which Windows does not go on; write a name that is no part of Windows`;
  return [fault('system-process', pointer, detail)];
}
