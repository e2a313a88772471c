import type { MigrationInterface } from 'typeorm';
import { CreateAccess1764000000001 } from './1764000000001-create-access.js';
import { CreateIdempotency1764000000002 } from './1764000000002-create-idempotency.js';
import { CreateAssets1764000000003 } from './1764000000003-create-assets.js';
import { CreateCredentials1764000000004 } from './1764000000004-create-credentials.js';
import { CreatePackages1764000000005 } from './1764000000005-create-packages.js';
import { CreateDeployments1764000000006 } from './1764000000006-create-deployments.js';
import { CreateSweepsAndQueue1764000000007 } from './1764000000007-create-sweeps-and-queue.js';
import { CreateLogonRefusals1764000000008 } from './1764000000008-create-logon-refusals.js';
import { CountIdleEpochs1764000000010 } from './1764000000010-count-idle-epochs.js';
import { CreatePackageImports1764000000013 } from './1764000000013-create-package-imports.js';
import { CreateScanning1764000000014 } from './1764000000014-create-scanning.js';
import { AddRescans1764000000015 } from './1764000000015-add-rescans.js';
import { CreatePackageShares1764000000016 } from './1764000000016-create-package-shares.js';
import { RememberLastCredential1764000000017 } from './1764000000017-remember-last-credential.js';
import { CreateGroups1764000000018 } from './1764000000018-create-groups.js';
import { CreateSchedules1764000000019 } from './1764000000019-create-schedules.js';
import { AddRollouts1764000000030 } from './1764000000030-add-rollouts.js';
import { AddWaves1764000000031 } from './1764000000031-add-waves.js';
import { AddMaintenance1764000000032 } from './1764000000032-add-maintenance.js';
import { CreateAudit1764000000041 } from './1764000000041-create-audit.js';
import { CreateWebhooks1764000000042 } from './1764000000042-create-webhooks.js';
import { AddDeploymentCallbacks1764000000043 } from './1764000000043-add-deployment-callbacks.js';

/** Every migration in the order in which they run. An explicit list: the same under Jest and in dist. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  CreateAccess1764000000001,
  CreateIdempotency1764000000002,
  CreateAssets1764000000003,
  CreateCredentials1764000000004,
  CreatePackages1764000000005,
  CreateDeployments1764000000006,
  CreateSweepsAndQueue1764000000007,
  CreateLogonRefusals1764000000008,
  CountIdleEpochs1764000000010,
  CreatePackageImports1764000000013,
  CreateScanning1764000000014,
  AddRescans1764000000015,
  CreatePackageShares1764000000016,
  RememberLastCredential1764000000017,
  CreateGroups1764000000018,
  CreateSchedules1764000000019,
  AddRollouts1764000000030,
  AddWaves1764000000031,
  AddMaintenance1764000000032,
  CreateAudit1764000000041,
  CreateWebhooks1764000000042,
  AddDeploymentCallbacks1764000000043,
];
