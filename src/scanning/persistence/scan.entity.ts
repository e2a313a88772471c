import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  ReferenceColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { FailureReason } from '../../deployments/domain/failure-reason.js';
import type { AssetId, ScanId, TargetRunId } from '../../shared/ids.js';
import type { Scan, ScanCause, ScanOutcome, ScanState } from '../domain/scan.js';
import type { SoftwareChanges } from '../domain/software-change.js';

@Entity('scan')
@Index('UQ_scan_run', ['targetRunId'], { unique: true })
@Index('IDX_scan_state', ['state', 'dueAt'])
@Index('IDX_scan_asset', ['assetId', 'createdAt'])
@Index('IDX_scan_reported', ['reportedAt', 'state'])
@Index('IDX_scan_finished', ['finishedAt'])
export class ScanEntity implements Scan {
  @IdColumn()
  id!: ScanId;

  @ReferenceColumn()
  assetId!: AssetId;

  @WordColumn()
  assetName!: string;

  @WordColumn()
  cause!: ScanCause;

  @WordColumn({ nullable: true })
  requestedBy!: string | null;

  @ReferenceColumn({ nullable: true })
  targetRunId!: TargetRunId | null;

  @WordColumn()
  state!: ScanState;

  @NumberColumn()
  epoch!: number;

  @InstantColumn()
  dueAt!: string;

  @InstantColumn()
  expiresAt!: string;

  @InstantColumn({ nullable: true })
  queuedAt!: string | null;

  @ReferenceColumn({ nullable: true })
  workerId!: string | null;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn({ nullable: true })
  startedAt!: string | null;

  @InstantColumn({ nullable: true })
  finishedAt!: string | null;

  @InstantColumn({ nullable: true })
  bootAwaitedSince!: string | null;

  @InstantColumn({ nullable: true })
  bootAwaitedUntil!: string | null;

  @WordColumn({ nullable: true })
  outcome!: ScanOutcome | null;

  @WordColumn({ nullable: true })
  failureReason!: FailureReason | null;

  @TextColumn()
  failureDetail!: string;

  @JsonColumn({ nullable: true })
  changes!: SoftwareChanges | null;

  /** When its end was told to those whom it concerns: the run that it follows, the runs that wait for its asset. */
  @InstantColumn({ nullable: true })
  reportedAt!: string | null;
}
