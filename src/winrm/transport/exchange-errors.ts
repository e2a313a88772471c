import { types } from 'node:util';
import {
  ProtocolError,
  TransportError,
  type WinrmError,
  type WinrmPhase,
  type WinrmSent,
} from '../errors.js';
import type { ExchangeLimits } from './transport.js';

/** What is known of an exchange that failed. */
export interface FailedExchange {
  /** The host and port, for the message. */
  readonly host: string;
  readonly limits: ExchangeLimits;
  /** The wait ended by its own timeout or by the deadline. */
  readonly isTimeout: boolean;
}

/** What an exchange failed of, in the words of this library. */
export const exchangeError = (error: unknown, exchange: FailedExchange): WinrmError => {
  if (error instanceof ProtocolError) return error;
  if (exchange.isTimeout) return timedOut(exchange, error);
  return isParserError(error) ? notHttp(exchange, error) : connectionBroke(exchange, error);
};

/** The connection was gone before anything could be sent over it. */
export const closedBeforeSending = (host: string, { phase }: ExchangeLimits): TransportError =>
  new TransportError('connection-reset', `${host} closed the connection before ${phase} was sent`, {
    phase,
    sent: 'no',
    hint: 'Nothing was sent: try again on a new connection',
  });

/** The body of an answer exceeds the limit. */
export const responseTooLarge = (limitBytes: number, phase: WinrmPhase): ProtocolError =>
  new ProtocolError('response-too-large', `The answer to ${phase} is larger than ${limitBytes} bytes`, {
    phase,
    sent: sentIn(phase, 'yes'),
    hint: 'WinRM sends no more than was asked for: check what really answers on this address',
  });

const timedOut = ({ host, limits: { phase, timeoutMs } }: FailedExchange, cause: unknown): TransportError =>
  new TransportError('timed-out', `${host} did not answer ${phase} in time`, {
    phase,
    sent: sentIn(phase, 'maybe'),
    hint: `The host may be overloaded, hung or cut off; it had ${Math.ceil(timeoutMs / 1000)} s at most`,
    cause,
  });

const connectionBroke = ({ host, limits: { phase } }: FailedExchange, cause: unknown): TransportError =>
  new TransportError('connection-reset', `The connection to ${host} broke during ${phase}`, {
    phase,
    sent: sentIn(phase, 'maybe'),
    hint: 'The host may be restarting, or its WinRM service; a proxy or firewall may have cut the connection',
    cause,
  });

const notHttp = ({ host, limits: { phase } }: FailedExchange, cause: unknown): ProtocolError =>
  new ProtocolError('malformed-response', `What ${host} answered to ${phase} is not HTTP`, {
    phase,
    sent: sentIn(phase, 'yes'),
    hint: 'Check what listens on this port, and whether HTTP and HTTPS are mixed up',
    cause,
  });

// Legs of a handshake carry no operation: whatever happens to them, none was sent.
const sentIn = (phase: WinrmPhase, otherwise: WinrmSent): WinrmSent =>
  phase === 'authenticate' ? 'no' : otherwise;

/** Errors of Node's HTTP parser (llhttp). */
const isParserError = (error: unknown): boolean =>
  types.isNativeError(error) &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('HPE_');
