import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { SOAP_CONTENT_TYPE } from './sealed-body.js';

/** A reply before it is written. Headers keep their order; Date and Content-Length are added. */
export interface HttpReply {
  readonly status: number;
  /** Headers that come before `Server`, which is where Windows puts them. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly close: boolean;
}

const SERVER = 'Microsoft-HTTPAPI/2.0';

/** A reply without a body. */
export function emptyReply(
  status: number,
  options: { readonly headers?: HttpReply['headers']; readonly close?: boolean } = {},
): HttpReply {
  return { status, headers: options.headers ?? [], body: Buffer.alloc(0), close: options.close ?? false };
}

/** The header that carries the server's next Negotiate token. */
export function tokenHeaders(token: Buffer | null): HttpReply['headers'] {
  return token === null ? [] : [['WWW-Authenticate', `Negotiate ${token.toString('base64')}`]];
}

/** A reply with a SOAP body in clear text. */
export function soapReply(status: number, xml: string, headers: HttpReply['headers'] = []): HttpReply {
  return {
    status,
    headers: [...headers, ['Content-Type', SOAP_CONTENT_TYPE]],
    body: Buffer.from(xml, 'utf8'),
    close: false,
  };
}

/** Writes a reply. Resolves to false when the connection ended before all of it was handed over. */
export async function writeReply(response: ServerResponse, reply: HttpReply): Promise<boolean> {
  writeHead(response, reply);
  response.end(reply.body);
  return written(response);
}

/** Writes a reply drop by drop. */
export async function writeSlowly(
  response: ServerResponse,
  reply: HttpReply,
  pace: { readonly bytes: number; readonly everyMs: number },
): Promise<boolean> {
  writeHead(response, reply);
  for (let at = 0; at < reply.body.length && !response.destroyed; at += pace.bytes) {
    response.write(reply.body.subarray(at, at + pace.bytes));
    await delay(pace.everyMs);
  }
  response.end();
  return written(response);
}

/** Announces the whole body, writes half of it and ends the connection. */
export async function writeTruncated(response: ServerResponse, reply: HttpReply): Promise<void> {
  writeHead(response, reply);
  response.write(reply.body.subarray(0, Math.floor(reply.body.length / 2)), () => response.socket?.end());
  if (!response.closed) await once(response, 'close');
}

function writeHead(response: ServerResponse, reply: HttpReply): void {
  response.sendDate = false;
  // Windows sends no Connection header on a connection that stays; Node would.
  response.removeHeader('connection');
  const headers: string[] = [];
  for (const [name, value] of reply.headers) headers.push(name, value);
  headers.push('Server', SERVER, 'Date', new Date().toUTCString());
  if (reply.close) headers.push('Connection', 'close');
  headers.push('Content-Length', String(reply.body.length));
  // Windows was seen to leave the reason phrase empty.
  response.writeHead(reply.status, '', headers);
}

async function written(response: ServerResponse): Promise<boolean> {
  if (!response.writableFinished && !response.closed) {
    await Promise.race([once(response, 'finish'), once(response, 'close')]);
  }
  return response.writableFinished;
}
