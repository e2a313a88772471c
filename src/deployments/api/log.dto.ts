import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { InstantField, TextField, WordField } from '../../http/fields.js';
import { csvText } from '../../http/export.js';
import { ListQuery } from '../../http/list-query.js';
import type { TargetRun } from '../deployments.service.js';
import { FAILURE_REASONS, failureMeaning, type FailureReason } from '../domain/failure-reason.js';
import { type Outcome, OUTCOMES } from '../domain/outcome.js';

export class LogQuery extends ListQuery {
  @WordField({ description: 'How it ended', optional: true, words: OUTCOMES })
  outcome?: Outcome;

  @WordField({ description: 'Why it failed', optional: true, words: FAILURE_REASONS })
  failureReason?: FailureReason;

  @TextField({ description: "The asset's id", optional: true, maxLength: 36 })
  assetId?: string;

  @TextField({ description: "The deployment's id", optional: true, maxLength: 36 })
  deploymentId?: string;

  @TextField({ description: "The package's name", optional: true, maxLength: 255 })
  package?: string;

  @TextField({ description: 'Who ordered it', optional: true, maxLength: 600 })
  executor?: string;

  @TextField({ description: "The ticket's number", optional: true, maxLength: 255 })
  ticketId?: string;

  @InstantField({ description: 'Completed from this instant', optional: true })
  from?: string;

  @InstantField({ description: 'Completed before this instant', optional: true })
  until?: string;
}

@ApiSchema({ name: 'LogRecord' })
export class LogRecordView {
  @ApiProperty({ format: 'date-time', description: 'Completion date' })
  completedAt!: string;

  @ApiProperty({ example: 'PC-0042' })
  asset!: string;

  @ApiProperty({ example: '7-Zip 24.09' })
  package!: string;

  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ description: 'Who ordered it' })
  executor!: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: Outcome;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the last step that ended' })
  returnCode!: number | null;

  @ApiProperty({ type: String, nullable: true })
  lastStep!: string | null;

  @ApiProperty({ enum: ['system'] })
  runMode!: string;

  @ApiProperty({ description: 'How it ended, in a sentence' })
  message!: string;

  @ApiProperty({ type: String, nullable: true })
  runnerVersion!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The worker that followed it last' })
  worker!: string | null;

  @ApiProperty({ format: 'uuid' })
  runId!: string;

  @ApiProperty({ format: 'uuid' })
  deploymentId!: string;
}

const COLUMNS: readonly (keyof LogRecordView)[] = [
  'completedAt',
  'asset',
  'package',
  'revision',
  'executor',
  'outcome',
  'returnCode',
  'lastStep',
  'runMode',
  'message',
  'runnerVersion',
  'worker',
  'runId',
  'deploymentId',
];

export function viewOfLogRecord(run: TargetRun): LogRecordView {
  const { revision, executor, returnCode, lastStep, runMode, runnerVersion, deploymentId } = run;
  return {
    completedAt: run.finishedAt ?? '',
    asset: run.assetName,
    package: run.packageName,
    revision,
    executor,
    outcome: run.outcome ?? 'unknown',
    returnCode,
    lastStep,
    runMode,
    message: messageFor(run),
    runnerVersion,
    worker: run.workerId,
    runId: run.id,
    deploymentId,
  };
}

function messageFor({ outcome, failureReason, failureDetail }: TargetRun): string {
  if (failureReason === null)
    return outcome === 'succeeded-reboot-required' ? 'Succeeded; a reboot is required' : 'Succeeded';
  const meaning = failureMeaning(failureReason);
  return failureDetail === '' ? meaning : `${meaning}: ${failureDetail}`;
}

export function csvOf(records: readonly LogRecordView[]): string {
  return csvText(COLUMNS, records);
}
