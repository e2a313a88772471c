import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { WinrmDeadline } from '../deadline.js';
import { TransportError } from '../errors.js';
import { authorityOf } from './authority.js';
import { connectError, connectTimeout } from './connect-errors.js';
import { WaitLimit } from './wait-limit.js';

/** Between two addresses of one name; Node's 250 ms would give up on hosts that are merely far away. */
const ADDRESS_ATTEMPT_MS = 2_000;
const KEEP_ALIVE_PROBE_MS = 15_000;

/** How far a server certificate is trusted. */
export interface TlsOptions {
  /**
   * `full`: chain and name are verified. `fingerprint`: the certificate must be exactly that one, whoever issued
   * it. `none`: anyone may answer.
   */
  readonly verify: 'full' | 'fingerprint' | 'none';
  /** SHA-256 of the certificate in hexadecimal, colons allowed; needed by `fingerprint`. */
  readonly fingerprint?: string;
  /** PEM certificates trusted in place of the system's authorities. */
  readonly ca?: string;
}

/** Where to and how. */
export interface SocketOptions {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Undefined: no TLS. */
  readonly tls: TlsOptions | undefined;
  /** For TCP and TLS together, in milliseconds. */
  readonly timeoutMs: number;
}

/** A connected socket and the certificate that its server showed. */
export interface OpenSocket {
  readonly socket: Socket;
  readonly peerCertificate: Buffer | undefined;
}

/** Connects, with TLS verified before a byte of ours is sent. Rejects with TransportError or the cancel reason. */
export const openSocket = async (options: SocketOptions, deadline: WinrmDeadline): Promise<OpenSocket> => {
  using limit = new WaitLimit(deadline, options.timeoutMs);
  const tcp = connectTcp({
    host: options.host,
    port: options.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
  });
  await established(tcp, 'connect', {
    address: authorityOf(options.host, options.port),
    phase: 'connect',
    limit,
  });
  if (!options.tls) return { socket: tcp, peerCertificate: undefined };
  // Awaited here: the limit is disposed when this function returns.
  return await startTls(tcp, options, options.tls, limit);
};

const startTls = async (
  tcp: Socket,
  options: SocketOptions,
  tls: TlsOptions,
  limit: WaitLimit,
): Promise<OpenSocket> => {
  const socket = connectTls({
    socket: tcp,
    host: options.host,
    // A server name must not be an address (RFC 6066 section 3); Node then checks the address itself.
    ...(isIP(options.host) === 0 && { servername: options.host }),
    ...(tls.ca !== undefined && { ca: tls.ca }),
    rejectUnauthorized: tls.verify === 'full',
    minVersion: 'TLSv1.2',
  });
  await established(socket, 'secureConnect', {
    address: authorityOf(options.host, options.port),
    phase: 'tls',
    limit,
  });
  const peerCertificate = socket.getPeerCertificate(true).raw;
  if (tls.verify === 'fingerprint')
    requireFingerprint(socket, tls.fingerprint ?? '', authorityOf(options.host, options.port));
  return { socket, peerCertificate };
};

interface Attempt {
  readonly address: string;
  readonly phase: 'connect' | 'tls';
  readonly limit: WaitLimit;
}

const established = async (
  socket: Socket,
  event: string,
  { address, phase, limit }: Attempt,
): Promise<void> => {
  // What happens after the wait is reported by 'close' and by the exchange; without a listener it would be thrown.
  socket.on('error', () => {});
  try {
    await once(socket, event, { signal: limit.signal });
  } catch (error) {
    socket.destroy();
    if (limit.isCancelled) throw limit.deadline.signal.reason;
    throw limit.signal.aborted ? connectTimeout(address, phase, error) : connectError(error, address, phase);
  }
};

const requireFingerprint = (socket: TLSSocket, expected: string, address: string): void => {
  const actual = createHash('sha256').update(socket.getPeerCertificate(true).raw).digest();
  const wanted = Buffer.from(expected.replaceAll(/[:\s]/g, ''), 'hex');
  if (wanted.length === actual.length && timingSafeEqual(wanted, actual)) return;
  socket.destroy();
  throw new TransportError(
    'tls-fingerprint-mismatch',
    `Could not connect to ${address}: its certificate has the fingerprint ${actual.toString('hex')}, not the pinned one`,
    {
      phase: 'tls',
      sent: 'no',
      hint: 'Find out whether the certificate was renewed on the host; if it was, pin the new fingerprint',
    },
  );
};
