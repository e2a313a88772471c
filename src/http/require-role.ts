import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Role } from '../access/domain/roles.js';

export const ROLE_KEY = 'winch:role';
export const PUBLIC_KEY = 'winch:public';

/** The least role that may call the handler. A handler without it is the administrators' alone. */
export function RequireRole(role: Role): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ROLE_KEY, role), ApiExtension('x-winch-role', role));
}

/** Lets everyone in: health, the session's own door, and doors with a guard of their own. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(PUBLIC_KEY, true);
}
