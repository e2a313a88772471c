import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { DeploymentsModule } from '../deployments/deployments.module.js';
import { Readiness } from '../http/readiness.js';
import { RecordingModule } from '../recording/recording.module.js';
import { CancelController } from './api/cancel.controller.js';
import { DoorController } from './api/door.controller.js';
import { WorkersController } from './api/workers.controller.js';
import { CancellationService } from './cancellation.service.js';
import { Dispatcher } from './dispatcher.service.js';
import { FollowedRuns } from './domain/followed-runs.js';
import { JobBuilder } from './job-builder.service.js';
import { WorkerStore } from './persistence/worker-store.js';
import { Reconciler } from './reconciler.service.js';
import { RunHandover } from './run-handover.service.js';
import { RunQueue } from './run-queue.js';
import { WorkersService } from './workers.service.js';

/** Releases runs to the workers, hears them, and makes Redis agree with SQL. */
@Module({
  imports: [AssetsModule, CredentialsModule, DeploymentsModule, RecordingModule],
  controllers: [DoorController, CancelController, WorkersController],
  providers: [
    { provide: FollowedRuns, useFactory: () => new FollowedRuns() },
    WorkerStore,
    WorkersService,
    RunQueue,
    JobBuilder,
    RunHandover,
    Dispatcher,
    Reconciler,
    CancellationService,
  ],
  exports: [WorkersService, RunQueue],
})
export class DispatchModule implements OnModuleInit {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(RunQueue) private readonly queue: RunQueue,
  ) {}

  onModuleInit(): void {
    this.readiness.add('redis', () => this.queue.check());
  }
}
