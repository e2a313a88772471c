import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AssetsModule } from './assets/assets.module.js';
import { AuditModule } from './audit/audit.module.js';
import type { ApiConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { CredentialsModule } from './credentials/credentials.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeploymentsModule } from './deployments/deployments.module.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import { QueueBoardModule } from './dispatch/queue-board.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { HttpModule } from './http/http.module.js';
import { PackagesModule } from './packages/packages.module.js';
import { ScanningModule } from './scanning/scanning.module.js';
import { SharesModule } from './shares/shares.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { type Clock, systemClock } from './shared/clock.js';

/** The api role: REST, pages, dispatching and recording. One process. */
@Module({})
export class ApiModule {
  static for(config: ApiConfig, clock: Clock = systemClock): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.for(config, clock),
        DatabaseModule,
        HttpModule,
        AuditModule,
        AccessModule,
        AssetsModule,
        CredentialsModule,
        GroupsModule,
        PackagesModule,
        SharesModule,
        DeploymentsModule,
        DispatchModule,
        ScanningModule,
        SchedulesModule,
        QueueBoardModule,
      ],
    };
  }
}
