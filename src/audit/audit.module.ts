import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuditController } from './api/audit.controller.js';
import { AuditInterceptor } from './api/audit.interceptor.js';
import { AuditLog } from './audit-log.service.js';
import { AuditTrail } from './audit-trail.service.js';
import { AuditStore } from './persistence/audit-store.js';
import { SubjectReader } from './persistence/subject-reader.js';

/** Who did what. Its interceptor stands around every route. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [
    AuditStore,
    SubjectReader,
    AuditTrail,
    AuditLog,
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AuditTrail],
})
export class AuditModule {}
