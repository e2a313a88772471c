import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { EventsController } from './api/events.controller.js';
import { Bells } from './domain/bells.js';
import { EventStore } from './persistence/event-store.js';
import { RunStore } from './persistence/run-store.js';
import { EventsService } from './events.service.js';
import { Recorder } from './recorder.service.js';

/** Records events, keeps the runs' rows in step with them, and rings the bells. */
@Module({
  controllers: [EventsController],
  providers: [
    { provide: Bells, useFactory: () => new Bells() },
    RunStore,
    EventStore,
    Recorder,
    EventsService,
  ],
  exports: [Bells, RunStore, Recorder, EventsService],
})
export class RecordingModule implements OnApplicationShutdown {
  constructor(@Inject(Bells) private readonly bells: Bells) {}

  onApplicationShutdown(): void {
    this.bells.close();
  }
}
