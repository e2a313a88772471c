import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { TextField, WordField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import { returnCodeMeaning } from '../../packages/domain/return-codes.js';
import { STEP_TYPES } from '../../packages/domain/steps/step-types.js';
import { signedCode } from '../../packages/domain/verdict.js';
import { type SoftwareChange, textOfChange } from '../../scanning/domain/software-change.js';
import type { TargetRun } from '../deployments.service.js';
import { FAILURE_REASONS, failureHint, type FailureReason } from '../domain/failure-reason.js';
import { type Outcome, OUTCOMES } from '../domain/outcome.js';
import { RESCAN_STATES } from '../domain/rescan.js';
import { RUN_STATES, type RunState, WAITING_REASONS } from '../domain/run-state.js';
import type { CriterionRun, StepRun } from '../domain/step-run.js';

const INSTANT = { type: String, format: 'date-time', nullable: true } as const;
const VERDICTS = ['success', 'failure', 'skipped', 'timed-out', 'cancelled'];

export class RunQuery extends ListQuery {
  @WordField({ description: 'Its state', optional: true, words: RUN_STATES })
  state?: RunState;

  @WordField({ description: 'How it ended', optional: true, words: OUTCOMES })
  outcome?: Outcome;

  @WordField({ description: 'Why it failed', optional: true, words: FAILURE_REASONS })
  failureReason?: FailureReason;

  @TextField({ description: "The asset's id", optional: true, maxLength: 36 })
  assetId?: string;
}

@ApiSchema({ name: 'CriterionRun' })
export class CriterionRunView implements CriterionRun {
  @ApiProperty({ description: 'What it looks at', example: 'file C:\\Program Files\\7-Zip\\7z.exe: version' })
  criterion!: string;

  @ApiProperty({ description: 'What is expected of it', example: 'greaterOrEqual 24.9' })
  expected!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What was found, several values with commas between; null when nothing is there',
    example: '23.1.0.0',
  })
  found!: string | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Null until it has been evaluated' })
  met!: boolean | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it could not be evaluated' })
  reason!: string | null;
}

@ApiSchema({ name: 'StepRun' })
export class StepRunView {
  @ApiProperty({ type: 'integer', description: 'Position in the package, from 0' })
  index!: number;

  @ApiProperty({ example: 'Install' })
  name!: string;

  @ApiProperty({ enum: STEP_TYPES })
  type!: string;

  @ApiProperty({ enum: ['pending', 'running', 'finished'] })
  state!: string;

  @ApiProperty(INSTANT)
  startedAt!: string | null;

  @ApiProperty(INSTANT)
  finishedAt!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Unsigned, 32 bits', example: 3010 })
  returnCode!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The same 32 bits, signed' })
  returnCodeSigned!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What Windows calls the code, where it is known',
  })
  returnCodeMeaning!: string | null;

  @ApiProperty({ type: String, enum: VERDICTS, nullable: true })
  verdict!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The next step's name, stop-success or stop-failure",
  })
  next!: string | null;

  @ApiProperty({ type: 'integer', description: 'Kept output, bytes of UTF-8' })
  outputBytes!: number;

  @ApiProperty({ description: 'Whether output was left out' })
  outputTruncated!: boolean;

  @ApiProperty({ description: 'Why it could not run, or why it was skipped; empty otherwise' })
  detail!: string;

  @ApiProperty({ type: [CriterionRunView], description: "Of a condition, or of an installer's `detect`" })
  criteria!: readonly CriterionRunView[];
}

@ApiSchema({ name: 'RunSoftwareChange' })
export class RunChangeView {
  @ApiProperty({ enum: ['added', 'removed', 'updated'] })
  change!: SoftwareChange['change'];

  @ApiProperty({ example: '7-Zip 24.09' })
  name!: string;

  @ApiProperty({ example: '24.09' })
  version!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of what was updated: the version before' })
  previousVersion!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Whose it is; null for all users' })
  user!: string | null;

  @ApiProperty({ description: 'The same in words', example: 'added: 7-Zip 24.09' })
  text!: string;
}

@ApiSchema({ name: 'RunAsset' })
export class RunAssetView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: "The asset's name when it was ordered", example: 'PC-0042' })
  name!: string;
}

@ApiSchema({ name: 'TargetRun' })
export class RunView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  deploymentId!: string;

  @ApiProperty({ type: RunAssetView })
  asset!: RunAssetView;

  @ApiProperty({ enum: RUN_STATES })
  state!: RunState;

  @ApiProperty({
    type: String,
    enum: WAITING_REASONS,
    nullable: true,
    description: 'What a waiting run waits for',
  })
  waitingFor!: string | null;

  @ApiProperty({ type: 'integer', description: 'Of its deployment, from 1' })
  wave!: number;

  @ApiProperty({ format: 'date-time', description: 'Since when it is in this state' })
  since!: string;

  @ApiProperty({ type: String, enum: OUTCOMES, nullable: true, description: 'Null until it has finished' })
  outcome!: Outcome | null;

  @ApiProperty({ type: String, enum: FAILURE_REASONS, nullable: true })
  failureReason!: FailureReason | null;

  @ApiProperty({ description: 'What exactly happened; empty when nothing failed' })
  failureDetail!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What to check next' })
  hint!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the last step that ended' })
  returnCode!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'The last step that was started' })
  lastStep!: string | null;

  @ApiProperty({ enum: ['system'] })
  runMode!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  rerunOf!: string | null;

  @ApiProperty(INSTANT)
  startedAt!: string | null;

  @ApiProperty(INSTANT)
  finishedAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty(INSTANT)
  cancelRequestedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'reboot, shutdown, log-off, or skipped-<why>' })
  finalAction!: string | null;

  @ApiProperty({
    type: String,
    enum: ['pending', 'clean'],
    nullable: true,
    description: 'What is left on the asset; null before its end, and when nothing was there',
  })
  cleanup!: string | null;

  @ApiProperty({
    type: String,
    enum: RESCAN_STATES,
    nullable: true,
    description:
      'The scan after it: pending until it has finished, scheduled until the asset has answered. Null: the package asks for none, or it changed nothing',
  })
  rescan!: string | null;

  @ApiProperty({
    type: [RunChangeView],
    nullable: true,
    description:
      'What the scan afterwards found other than the one before, at most 200; null while nobody knows, or when the asset had never been scanned before',
  })
  changes!: RunChangeView[] | null;

  @ApiProperty({ type: 'integer', description: 'How many more changes there were' })
  changesOmitted!: number;

  @ApiProperty({ type: String, nullable: true, description: 'The worker that follows or followed it' })
  worker!: string | null;

  @ApiProperty()
  rebootRequired!: boolean;

  @ApiProperty({
    ...INSTANT,
    description: 'When its output was removed because of its age; null while it is kept',
  })
  outputRemovedAt!: string | null;

  @ApiProperty({ type: [StepRunView] })
  steps!: StepRunView[];
}

export function viewOfRun(run: TargetRun): RunView {
  const { id, deploymentId, state, waitingFor, since, outcome, failureReason, failureDetail, returnCode } =
    run;
  const { lastStep, runMode, rerunOf, startedAt, finishedAt, expiresAt, cancelRequestedAt, finalAction } =
    run;
  return {
    id,
    deploymentId,
    asset: { id: run.assetId, name: run.assetName },
    state,
    waitingFor,
    wave: run.wave + 1,
    since,
    outcome,
    failureReason,
    failureDetail,
    hint: failureReason && failureHint(failureReason),
    returnCode,
    lastStep,
    runMode,
    rerunOf,
    startedAt,
    finishedAt,
    expiresAt,
    cancelRequestedAt,
    finalAction,
    cleanup: run.state === 'finished' ? run.cleanup : null,
    rescan: run.rescan,
    changes: run.softwareChanges && run.softwareChanges.changes.map(viewOfChange),
    changesOmitted: run.softwareChanges?.omitted ?? 0,
    worker: run.workerId,
    rebootRequired: run.rebootRequired,
    outputRemovedAt: run.outputRemovedAt,
    steps: run.steps.map(viewOfStep),
  };
}

function viewOfChange(change: SoftwareChange): RunChangeView {
  return { ...change, text: textOfChange(change) };
}

function viewOfStep(step: StepRun): StepRunView {
  const { returnCode } = step;
  return {
    ...step,
    returnCodeSigned: returnCode === null ? null : signedCode(returnCode),
    returnCodeMeaning: returnCode === null ? null : returnCodeMeaning(returnCode, step.type),
  };
}
