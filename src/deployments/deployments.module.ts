import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { PackagesModule } from '../packages/packages.module.js';
import { RecordingModule } from '../recording/recording.module.js';
import { SharesModule } from '../shares/shares.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { DeploymentsController } from './api/deployments.controller.js';
import { LogController } from './api/log.controller.js';
import { ReportController } from './api/report.controller.js';
import { RerunController } from './api/rerun.controller.js';
import { RunsController } from './api/runs.controller.js';
import { DeploymentsService } from './deployments.service.js';
import { Notices } from './notices.service.js';
import { ReportService } from './report.service.js';
import { RerunService } from './rerun.service.js';
import { TargetResolver } from './target-resolver.js';
import { DeploymentStore } from './persistence/deployment-store.js';

/** Orders, their runs, and the log. */
@Module({
  imports: [AssetsModule, GroupsModule, PackagesModule, RecordingModule, SharesModule, WebhooksModule],
  controllers: [DeploymentsController, RerunController, ReportController, RunsController, LogController],
  providers: [DeploymentStore, TargetResolver, DeploymentsService, RerunService, ReportService, Notices],
  exports: [DeploymentStore, DeploymentsService],
})
export class DeploymentsModule {}
