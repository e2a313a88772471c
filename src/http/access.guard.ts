import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { AuthenticationService } from '../access/authentication.service.js';
import type { Caller } from '../access/domain/caller.js';
import { CsrfTokenError, NotAuthenticatedError, RoleTooLowError } from '../access/domain/errors.js';
import { reaches, type Role } from '../access/domain/roles.js';
import { CSRF_HEADER, csrfTokenMatches, sessionTokenIn } from '../access/domain/session-token.js';
import { setCaller } from './current-caller.js';
import { PUBLIC_KEY, ROLE_KEY } from './require-role.js';

const READING = ['GET', 'HEAD', 'OPTIONS'];

/** Lets a request in when its key or session has the handler's role (`@RequireRole`). Closed by default. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AuthenticationService) private readonly authentication: AuthenticationService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, places)) return true;
    const needed = this.reflector.getAllAndOverride<Role | undefined>(ROLE_KEY, places) ?? 'administrator';
    await this.admit(context.switchToHttp().getRequest<Request>(), needed);
    return true;
  }

  /** For what is served beside the controllers. @throws NotAuthenticatedError, RoleTooLowError or CsrfTokenError. */
  async admit(request: Request, needed: Role): Promise<void> {
    const caller = await this.authenticate(request);
    if (!reaches(caller.role, needed)) throw new RoleTooLowError(caller.role, needed);
    setCaller(request, caller);
  }

  /** Who asks, by key or by session. A key wins: a program that sends one means it. */
  async authenticate(request: Request): Promise<Caller> {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) return this.authentication.byKey(bearerIn(authorization));
    const token = sessionTokenIn(cookie);
    if (!token) throw new NotAuthenticatedError();
    const { caller } = await this.authentication.bySession(token);
    // SameSite=Strict keeps the cookie out of other sites' requests; the token also covers sibling subdomains.
    if (!READING.includes(request.method) && !csrfTokenMatches(token, request.get(CSRF_HEADER)))
      throw new CsrfTokenError();
    return caller;
  }
}

/** The token of an `Authorization: Bearer` header (RFC 6750 section 2.1). */
export function bearerIn(authorization: string | undefined): string {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new NotAuthenticatedError();
  return token;
}
