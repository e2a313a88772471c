import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { migrations } from '../../migrations/index.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { Database } from './database.js';
import { entities } from './entities.js';

/** Closes the database after everything that writes to it has shut down. */
@Injectable()
class DatabaseCloser implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

@Global()
@Module({
  providers: [
    DatabaseCloser,
    {
      provide: Database,
      inject: [APP_CONFIG],
      useFactory: (config: ApiConfig) => {
        mkdirSync(dirname(config.databaseFile), { recursive: true, mode: 0o700 });
        return Database.open(config.databaseFile, { entities, migrations });
      },
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
