import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { TextField } from '../../http/fields.js';
import type { OpenSession } from '../authentication.service.js';
import { type Role, roles } from '../domain/roles.js';
import { csrfTokenOf } from '../domain/session-token.js';

@ApiSchema({ name: 'NewSession' })
export class NewSessionBody {
  @TextField({
    description: 'An API key',
    maxLength: 600,
    writeOnly: true,
    example: 'winch_k3x8w0q1z7ab_<43 characters>',
  })
  key!: string;
}

/** A browser's session; its token is in the cookie alone. */
@ApiSchema({ name: 'Session' })
export class SessionView {
  @ApiProperty({ description: 'Send it as X-CSRF-Token with every change' })
  csrfToken!: string;

  @ApiProperty({ example: 'alice@example.com' })
  owner!: string;

  @ApiProperty({ description: "The key's name", example: 'ServiceNow' })
  keyName!: string;

  @ApiProperty({ enum: roles })
  role!: Role;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}

export function viewOfSession(session: OpenSession): SessionView {
  const { owner, keyName, role } = session.caller;
  return { csrfToken: csrfTokenOf(session.token), owner, keyName, role, expiresAt: session.expiresAt };
}
