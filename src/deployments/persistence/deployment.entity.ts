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
import type { DeploymentId, PackageId, WebhookId } from '../../shared/ids.js';
import type { DeploymentState } from '../domain/run-state.js';
import type { WindowOverride } from '../domain/window-override.js';
import type { Wave } from '../domain/waves.js';

/** An order: one package revision for a set of assets. */
@Entity('deployment')
@Index('IDX_deployment_ticket', ['ticketId'])
@Index('IDX_deployment_state', ['state'])
export class DeploymentEntity {
  @IdColumn()
  id!: DeploymentId;

  @ReferenceColumn()
  packageId!: PackageId;

  @WordColumn()
  packageName!: string;

  @NumberColumn()
  revision!: number;

  @WordColumn()
  runMode!: string;

  @WordColumn()
  state!: DeploymentState;

  /** Who ordered it: the owner of the API key. */
  @WordColumn()
  executor!: string;

  @WordColumn({ nullable: true })
  ticketSystem!: string | null;

  @WordColumn({ nullable: true })
  ticketId!: string | null;

  /** Whom to call when it has ended, and the webhook whose secret signs the call. */
  @TextColumn({ nullable: true })
  callbackUrl!: string | null;

  @ReferenceColumn({ nullable: true })
  callbackWebhookId!: WebhookId | null;

  /** Values of the parameters that are not secret. */
  @JsonColumn()
  parameters!: Record<string, string>;

  /** The secret parameters as sealed JSON; null when there are none or when every run has finished. */
  @TextColumn({ nullable: true })
  sealedSecrets!: string | null;

  @NumberColumn()
  priority!: number;

  /** No run of this deployment starts earlier than this; null: as soon as it may. */
  @InstantColumn({ nullable: true })
  notBefore!: string | null;

  /** The most runs of it at a time; null: as many as there is room for. */
  @NumberColumn({ nullable: true })
  concurrency!: number | null;

  /** When a run of it was released last; null: none yet. */
  @InstantColumn({ nullable: true })
  lastReleasedAt!: string | null;

  /** Null: all its runs are one wave. */
  @JsonColumn({ nullable: true })
  waves!: readonly Wave[] | null;

  /** Runs up to this wave may begin, from 0. */
  @NumberColumn({ default: 0 })
  openWave!: number;

  /** It is paused when so many percent of the open wave's runs went wrong; null: never. */
  @NumberColumn({ nullable: true })
  haltAtFailurePercent!: number | null;

  /** Only runs that finished later count as failures: someone let it go on then. */
  @InstantColumn({ nullable: true })
  failuresFrom!: string | null;

  /** How much of a maintenance window a run of it needs. */
  @NumberColumn({ default: 3600 })
  expectedDurationSeconds!: number;

  /** Who let its runs begin outside of maintenance windows; null: nobody. */
  @JsonColumn({ nullable: true })
  windowOverride!: WindowOverride | null;

  /** These three: since when, by whom and why it is paused; null while it is not. */
  @InstantColumn({ nullable: true })
  pausedAt!: string | null;

  @WordColumn({ nullable: true })
  pausedBy!: string | null;

  @TextColumn({ nullable: true })
  pauseReason!: string | null;

  /** No run of this deployment starts later than this. */
  @InstantColumn()
  expiresAt!: string;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn({ nullable: true })
  startedAt!: string | null;

  @InstantColumn({ nullable: true })
  finishedAt!: string | null;

  @InstantColumn({ nullable: true })
  cancelRequestedAt!: string | null;
}
