import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { NotAuthenticatedError } from '../access/domain/errors.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { bearerIn } from './access.guard.js';

/** Lets workers in by the token that both sides derive from the worker key. API keys do not open this door. */
@Injectable()
export class WorkerTokenGuard implements CanActivate {
  constructor(@Inject(APP_CONFIG) private readonly config: ApiConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const given = bearerIn(request.headers.authorization);
    if (!timingSafeEqual(sha256(given), sha256(this.config.worker.apiToken)))
      throw new NotAuthenticatedError();
    return true;
  }
}

/** Hashes of one length: `timingSafeEqual` refuses others. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
