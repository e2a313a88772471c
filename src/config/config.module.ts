import { type DynamicModule, Global, Module } from '@nestjs/common';
import { type Clock, systemClock } from '../shared/clock.js';
import { APP_CONFIG, type ApiConfig, type WorkerConfig } from './app-config.js';

/** Nest's injection token for the clock. */
export const CLOCK = Symbol('Clock');

/** Makes the parsed settings and the clock known to every module. */
@Global()
@Module({})
export class ConfigModule {
  static for(config: ApiConfig | WorkerConfig, clock: Clock = systemClock): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: APP_CONFIG, useValue: config },
        { provide: CLOCK, useValue: clock },
      ],
      exports: [APP_CONFIG, CLOCK],
    };
  }
}
