import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type FailureReason, FAILURE_REASONS, failureHint } from '../../deployments/domain/failure-reason.js';
import { TextField, WordField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import { type Scan, SCAN_CAUSES, SCAN_OUTCOMES, SCAN_STATES } from '../domain/scan.js';
import { type SoftwareChange, textOfChange } from '../domain/software-change.js';

const INSTANT = { type: String, format: 'date-time', nullable: true } as const;

export class ScanQuery extends ListQuery {
  @TextField({ description: "The asset's id", optional: true, maxLength: 36 })
  assetId?: string;

  @WordField({ description: 'Why it was ordered', optional: true, words: SCAN_CAUSES })
  cause?: string;

  @WordField({ description: 'Its state', optional: true, words: SCAN_STATES })
  state?: string;

  @WordField({ description: 'How it ended', optional: true, words: SCAN_OUTCOMES })
  outcome?: string;
}

@ApiSchema({ name: 'ScanAsset' })
export class ScanAssetView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: "The asset's name when the scan was ordered", example: 'PC-0042' })
  name!: string;
}

@ApiSchema({ name: 'ScanSoftwareChange' })
export class ScanChangeView {
  @ApiProperty({ enum: ['added', 'removed', 'updated'] })
  change!: SoftwareChange['change'];

  @ApiProperty({ example: '7-Zip 24.09' })
  name!: string;

  @ApiProperty({ description: 'That is there now; of what was removed, that was there', example: '24.09' })
  version!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of what was updated: the version before' })
  previousVersion!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Whose it is; null for all users' })
  user!: string | null;

  @ApiProperty({ description: 'The same in words', example: 'added: 7-Zip 24.09' })
  text!: string;
}

@ApiSchema({ name: 'Scan' })
export class ScanView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: ScanAssetView })
  asset!: ScanAssetView;

  @ApiProperty({ enum: SCAN_CAUSES, description: 'Someone asked, its time had come, or a run had ended' })
  cause!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The API key that asked for it' })
  requestedBy!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The run that it follows' })
  runId!: string | null;

  @ApiProperty({ enum: SCAN_STATES, description: 'waiting also between two attempts; finished is the end' })
  state!: string;

  @ApiProperty({
    type: String,
    enum: SCAN_OUTCOMES,
    nullable: true,
    description: 'Null until it has finished',
  })
  outcome!: string | null;

  @ApiProperty({
    type: String,
    enum: FAILURE_REASONS,
    nullable: true,
    description: 'Of the last attempt that failed, also while another one is to come',
  })
  failureReason!: FailureReason | null;

  @ApiProperty()
  failureDetail!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What to check next' })
  hint!: string | null;

  @ApiProperty({ type: 'integer', description: 'Attempts so far' })
  attempts!: number;

  @ApiProperty({ format: 'date-time', description: 'A waiting scan is not released before' })
  dueAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Nor after: then it has failed' })
  expiresAt!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ ...INSTANT, description: 'When a worker began with the present or last attempt' })
  startedAt!: string | null;

  @ApiProperty(INSTANT)
  finishedAt!: string | null;

  @ApiProperty({
    type: [ScanChangeView],
    nullable: true,
    description:
      'What is other than at the scan before, at most 200; null when it has not succeeded or was the first',
  })
  changes!: ScanChangeView[] | null;

  @ApiProperty({ type: 'integer', description: 'How many more changes there were' })
  changesOmitted!: number;
}

export function viewOfScan(scan: Scan): ScanView {
  const { id, cause, requestedBy, state, outcome, failureReason, failureDetail, dueAt, expiresAt } = scan;
  const { createdAt, startedAt, finishedAt, changes } = scan;
  return {
    id,
    asset: { id: scan.assetId, name: scan.assetName },
    cause,
    requestedBy,
    runId: scan.targetRunId,
    state,
    outcome,
    failureReason,
    failureDetail,
    hint: failureReason && failureHint(failureReason),
    attempts: scan.epoch,
    dueAt,
    expiresAt,
    createdAt,
    startedAt,
    finishedAt,
    changes: changes && changes.changes.map((change) => ({ ...change, text: textOfChange(change) })),
    changesOmitted: changes?.omitted ?? 0,
  };
}
