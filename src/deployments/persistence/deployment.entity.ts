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
