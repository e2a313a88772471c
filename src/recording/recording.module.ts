import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '../http/metrics.js';
import { EventsController } from './api/events.controller.js';
import { Bells } from './domain/bells.js';
import { AssetContactStore } from './persistence/asset-contact-store.js';
import { EventStore } from './persistence/event-store.js';
import { RetentionStore } from './persistence/retention-store.js';
import { RescanStore } from './persistence/rescan-store.js';
import { RunStore } from './persistence/run-store.js';
import { EventStreams } from './event-streams.service.js';
import { AssetContacts } from './asset-contacts.service.js';
import { EventsService } from './events.service.js';
import { Retention } from './retention.service.js';
import { LogonRefusals } from './logon-refusals.service.js';
import { LogonRefusalStore } from './persistence/logon-refusal-store.js';
import { Rescans } from './rescans.service.js';
import { Recorder } from './recorder.service.js';
import { Milestones } from './milestones.service.js';
import { RecordingFigures } from './recording-figures.service.js';

/** Records events, keeps the runs' rows in step with them, and rings the bells. */
@Module({
  controllers: [EventsController],
  providers: [
    { provide: Bells, useFactory: () => new Bells() },
    RunStore,
    RetentionStore,
    RescanStore,
    AssetContactStore,
    Retention,
    EventStore,
    RecordingFigures,
    LogonRefusalStore,
    LogonRefusals,
    AssetContacts,
    Rescans,
    Milestones,
    Recorder,
    EventStreams,
    EventsService,
  ],
  exports: [Bells, RunStore, Recorder, EventsService, LogonRefusals, AssetContacts, Rescans, Milestones],
})
export class RecordingModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(Bells) private readonly bells: Bells,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(RecordingFigures) private readonly figures: RecordingFigures,
  ) {}

  onModuleInit(): void {
    this.metrics.register(this.figures.all);
  }

  onApplicationShutdown(): void {
    this.bells.close();
  }
}
