import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostAccount } from '../auth/accounts.js';
import type { Authenticator } from '../auth/authenticator.js';
import type { Misbehaviours } from '../faults/misbehaviour.js';
import type { ShellService } from '../shells/shell-service.js';
import type { Connection } from './connection.js';
import type { RequestLog } from './request-log.js';

/** What an endpoint works with; one per host. */
export interface EndpointParts {
  readonly machine: string;
  readonly authenticator: Authenticator;
  readonly service: ShellService;
  readonly misbehaviours: Misbehaviours;
  readonly log: RequestLog;
  readonly ownerOf: (account: HostAccount) => string;
  readonly now: () => Date;
  /** True over HTTPS, or when AllowUnencrypted is set: bodies need no seal. */
  readonly takesClearText: boolean;
  readonly maxEnvelopeBytes: number;
}

/** One HTTP request on its way through the endpoint. */
export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly body: Buffer;
  /** Aborted when the connection ends. */
  readonly gone: AbortSignal;
}
