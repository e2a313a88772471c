import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request } from 'express';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { nameOf } from '../../access/domain/caller.js';
import { knownCaller } from '../../http/current-caller.js';
import { AuditTrail } from '../audit-trail.service.js';
import type { Act } from '../domain/act.js';
import type { Actor } from '../domain/audit-entry.js';
import { type AuditedRoute, auditedRoute } from '../domain/audited-route.js';

const MAX_REASON = 2_000;

/** Stands around every handler: what a request changes is recorded with the change. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(@Inject(AuditTrail) private readonly trail: AuditTrail) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const route = auditedRoute(request.method, templateOf(request));
    if (!route) return next.handle();
    return defer(() =>
      this.trail.during(actOf(request, route), () =>
        lastValueFrom(next.handle(), { defaultValue: undefined }),
      ),
    );
  }
}

/** The path as the handler declares it: `/api/v1/assets/:id`. */
function templateOf(request: Request): string {
  const route: unknown = request.route;
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined;
  return typeof path === 'string' ? path : request.path;
}

function actOf(request: Request, { action, subject }: AuditedRoute): Act {
  const { id } = request.params;
  return {
    actor: () => actorOf(request),
    action,
    subject,
    subjectId: typeof id === 'string' ? id : (subject.onlyId ?? null),
    origin: request.ip ?? null,
    requestId: typeof request.id === 'string' ? request.id : null,
    reason: reasonIn(request.body),
  };
}

function actorOf(request: Request): Actor | undefined {
  const caller = knownCaller(request);
  return caller && { kind: caller.via, id: caller.keyId, name: nameOf(caller) };
}

/** Bodies are not kept, because they may hold secrets; a reason is given to be read. */
function reasonIn(body: unknown): string | null {
  const reason = typeof body === 'object' && body !== null && 'reason' in body ? body.reason : undefined;
  return typeof reason === 'string' ? reason.slice(0, MAX_REASON) : null;
}
