import { Global, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { Database } from '../database/database.js';
import { loggerModule } from './logging.js';
import { Metrics } from './metrics.js';
import { OpenRequests } from './open-requests.js';
import { OperationsController } from './operations.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { Readiness } from './readiness.js';
import { ValidationPipe } from './validation.pipe.js';

/** What every controller relies on: problem details, checked bodies, logs, figures, health. */
@Global()
@Module({
  imports: [loggerModule()],
  controllers: [OperationsController],
  providers: [
    Metrics,
    Readiness,
    { provide: OpenRequests, useFactory: () => new OpenRequests() },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: ValidationPipe },
  ],
  exports: [Metrics, Readiness],
})
export class HttpModule implements OnModuleInit {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Database) private readonly database: Database,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.database.observeWrites((waitedMs) => this.metrics.observeWriteWait(waitedMs));
    this.readiness.add('database', async () => {
      await this.database.reader.query('SELECT 1');
    });
  }
}
