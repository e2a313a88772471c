import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from '../access/domain/caller.js';
import { NotAuthenticatedError } from '../access/domain/errors.js';

const callers = new WeakMap<Request, Caller>();

/** Remembers who asks; the access guard's to call. */
export function setCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

/** Who asks, where somebody was asked for access. */
export function knownCaller(request: Request): Caller | undefined {
  return callers.get(request);
}

/** Who asks. @throws NotAuthenticatedError on a public path, where nobody was asked. */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (!caller) throw new NotAuthenticatedError();
  return caller;
}

/** The handler's parameter that holds who asks. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<Request>()),
);
