import type { Socket } from 'node:net';
import { anonymousIdentity, type ConnectionIdentity } from '../auth/authenticator.js';

/** One TCP connection to a host, and what it has proved. */
export interface Connection {
  /** Numbered from 1 per host. */
  readonly number: number;
  readonly identity: ConnectionIdentity;
  /** The socket below TLS, where there is TLS: only it can be reset. */
  readonly tcp: Socket;
  readonly clientAddress: string;
}

export function newConnection(number: number, tcp: Socket): Connection {
  const clientAddress = (tcp.remoteAddress ?? '').replace(/^::ffff:/, '');
  return { number, tcp, clientAddress, identity: anonymousIdentity() };
}
