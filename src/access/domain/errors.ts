import { WinchError } from '../../shared/errors.js';
import type { Role } from './roles.js';

/** Nothing valid says who is asking. The message never tells which part was wrong. */
export class NotAuthenticatedError extends WinchError {
  readonly code = 'not-authenticated';

  constructor() {
    super(
      'Send a valid API key as Authorization: Bearer winch_<id>_<secret>, or open a session; a key may have expired or been revoked',
    );
  }
}

/** The caller is known, and may not do this. */
export class RoleTooLowError extends WinchError {
  readonly code = 'role-too-low';

  constructor(has: Role, needed: Role) {
    super(`This needs the role ${needed}, the key has ${has}: ask an administrator for a key with that role`);
  }
}

/** A change through a session came without the token that only our own pages know. */
export class CsrfTokenError extends WinchError {
  readonly code = 'csrf-token-wrong';

  constructor() {
    super(
      'A change through a session needs the header X-CSRF-Token with the token that GET /api/v1/session answers',
    );
  }
}
