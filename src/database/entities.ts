import { ApiKeyRow } from '../access/persistence/api-key.entity.js';
import { IdempotencyRecord } from '../access/persistence/idempotency-record.entity.js';
import { SessionRow } from '../access/persistence/session.entity.js';
import { AssetRow } from '../assets/persistence/asset.entity.js';
import { AuditEntryRow } from '../audit/persistence/audit-entry.entity.js';
import { CredentialRow } from '../credentials/persistence/credential.entity.js';
import { DeploymentEntity } from '../deployments/persistence/deployment.entity.js';
import { TargetRunEntity } from '../deployments/persistence/target-run.entity.js';
import { AssetSweepEntity } from '../dispatch/persistence/asset-sweep.entity.js';
import { QueueStateEntity } from '../dispatch/persistence/queue-state.entity.js';
import { WorkerEntity } from '../dispatch/persistence/worker.entity.js';
import { GroupMemberRow } from '../groups/persistence/group-member.entity.js';
import { GroupRow } from '../groups/persistence/group.entity.js';
import { PackageImportRow } from '../packages/persistence/package-import.entity.js';
import { PackageRevisionRow } from '../packages/persistence/package-revision.entity.js';
import { PackageRow } from '../packages/persistence/package.entity.js';
import { AssetContactEntity } from '../recording/persistence/asset-contact.entity.js';
import { LogonRefusalEntity } from '../recording/persistence/logon-refusal.entity.js';
import { RunEventEntity } from '../recording/persistence/run-event.entity.js';
import { InstalledSoftwareEntity } from '../scanning/persistence/installed-software.entity.js';
import { InventoryEntity } from '../scanning/persistence/inventory.entity.js';
import { ScanEntity } from '../scanning/persistence/scan.entity.js';
import { SoftwareTitleEntity } from '../scanning/persistence/software-title.entity.js';
import { PackageShareRow } from '../shares/persistence/package-share.entity.js';
import { ScheduleFiringRow } from '../schedules/persistence/schedule-firing.entity.js';
import { ScheduleRow } from '../schedules/persistence/schedule.entity.js';
import { WebhookDeliveryRow } from '../webhooks/persistence/webhook-delivery.entity.js';
import { WebhookPositionRow } from '../webhooks/persistence/webhook-position.entity.js';
import { WebhookRow } from '../webhooks/persistence/webhook.entity.js';
import type { SchemaSource } from './options.js';

/** Every entity of the program, feature by feature. A new entity is added here and gets a migration. */
export const entities: SchemaSource['entities'] = [
  ApiKeyRow,
  SessionRow,
  IdempotencyRecord,
  AuditEntryRow,
  AssetRow,
  CredentialRow,
  GroupRow,
  GroupMemberRow,
  PackageRow,
  PackageRevisionRow,
  PackageImportRow,
  PackageShareRow,
  DeploymentEntity,
  TargetRunEntity,
  RunEventEntity,
  LogonRefusalEntity,
  AssetContactEntity,
  ScanEntity,
  InventoryEntity,
  InstalledSoftwareEntity,
  SoftwareTitleEntity,
  WorkerEntity,
  AssetSweepEntity,
  QueueStateEntity,
  ScheduleRow,
  ScheduleFiringRow,
  WebhookRow,
  WebhookDeliveryRow,
  WebhookPositionRow,
];
