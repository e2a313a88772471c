import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { DeploymentsModule } from '../deployments/deployments.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { Metrics } from '../http/metrics.js';
import { Readiness } from '../http/readiness.js';
import { RecordingModule } from '../recording/recording.module.js';
import { SharesModule } from '../shares/shares.module.js';
import { CancelController } from './api/cancel.controller.js';
import { PauseController } from './api/pause.controller.js';
import { QueueController } from './api/queue.controller.js';
import { DoorController } from './api/door.controller.js';
import { WorkersController } from './api/workers.controller.js';
import { CancellationService } from './cancellation.service.js';
import { DispatchFigures } from './dispatch-figures.service.js';
import { DispatchStateReader } from './dispatch-state.service.js';
import { Dispatcher } from './dispatcher.service.js';
import { FollowedRuns } from './domain/followed-runs.js';
import { ReleaseTurns } from './domain/release-turns.js';
import { JobBuilder } from './job-builder.service.js';
import { DispatchStore } from './persistence/dispatch-store.js';
import { QueueStore } from './persistence/queue-store.js';
import { SweepStore } from './persistence/sweep-store.js';
import { WaveStore } from './persistence/wave-store.js';
import { WorkerStore } from './persistence/worker-store.js';
import { QueueService } from './queue.service.js';
import { Reconciler } from './reconciler.service.js';
import { RunHandover } from './run-handover.service.js';
import { RunQueue } from './run-queue.js';
import { ScanJobs } from './scan-jobs.service.js';
import { Sweeper } from './sweeper.service.js';
import { WavesService } from './waves.service.js';
import { WorkersService } from './workers.service.js';

/** Releases runs to the workers, hears them, and makes Redis agree with SQL. */
@Module({
  imports: [AssetsModule, CredentialsModule, DeploymentsModule, GroupsModule, RecordingModule, SharesModule],
  controllers: [DoorController, CancelController, PauseController, QueueController, WorkersController],
  providers: [
    { provide: FollowedRuns, useFactory: () => new FollowedRuns() },
    { provide: ReleaseTurns, useFactory: () => new ReleaseTurns() },
    WorkerStore,
    QueueStore,
    DispatchStore,
    WaveStore,
    WavesService,
    DispatchStateReader,
    SweepStore,
    WorkersService,
    RunQueue,
    JobBuilder,
    RunHandover,
    ScanJobs,
    DispatchFigures,
    Dispatcher,
    Reconciler,
    CancellationService,
    Sweeper,
    QueueService,
  ],
  exports: [WorkersService, RunQueue, ReleaseTurns, ScanJobs, Dispatcher],
})
export class DispatchModule implements OnModuleInit {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(RunQueue) private readonly queue: RunQueue,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(DispatchFigures) private readonly figures: DispatchFigures,
  ) {}

  onModuleInit(): void {
    this.readiness.add('redis', () => this.queue.check());
    this.metrics.register(this.figures.all);
  }
}
