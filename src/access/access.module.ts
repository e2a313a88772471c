import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from '../http/access.guard.js';
import { KeysController } from './api/keys.controller.js';
import { SessionController } from './api/session.controller.js';
import { AuthenticationService } from './authentication.service.js';
import { IdempotencyService } from './idempotency.service.js';
import { KeysService } from './keys.service.js';
import { IdempotencyStore } from './persistence/idempotency-store.js';
import { KeyStore } from './persistence/key-store.js';
import { SessionStore } from './persistence/session-store.js';

/** Who may do what: API keys, sessions, roles. Its guard stands before every route. */
@Global()
@Module({
  controllers: [KeysController, SessionController],
  providers: [
    KeyStore,
    SessionStore,
    KeysService,
    AuthenticationService,
    IdempotencyStore,
    IdempotencyService,
    AccessGuard,
    { provide: APP_GUARD, useExisting: AccessGuard },
  ],
  exports: [AccessGuard, AuthenticationService, IdempotencyService, KeysService],
})
export class AccessModule {}
