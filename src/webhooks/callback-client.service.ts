import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestPlain, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { Deadline } from '../shared/deadline.js';
import { messageOf, WinchError } from '../shared/errors.js';
import type { Attempt } from './domain/delivery.js';
import { retryAfterMs } from './domain/settle-attempt.js';
import { addressFault, hostIn, policyOf, type TargetPolicy, urlFault } from './domain/target-policy.js';

/** From the first look-up to the last byte of the answer. */
const TIMEOUT_MS = 10_000;
/** An answer is read no further: the rest is of no use to us. */
const MAX_ANSWER_BYTES = 16_384;
const KEPT_CHARACTERS = 1_000;

/** The target may not be called; nothing was sent. */
class TargetRefusedError extends WinchError {
  readonly code = 'target-refused';
}

/** One signed message. */
export interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Calls other programs on behalf of whoever registered them, without letting them choose where in our network that goes
 * (DESIGN section 10): a name is resolved once and the connection made to the address that was checked, redirects are not
 * followed, the answer is bounded in size and time, and no proxy or cookie takes part.
 */
@Injectable()
export class CallbackClient {
  readonly policy: TargetPolicy;

  constructor(
    @Inject(APP_CONFIG) config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.policy = policyOf(config.webhookAllow);
  }

  /** Sends a message once. What goes wrong is part of the answer: it never throws. */
  async call(call: Call, signal: AbortSignal): Promise<Attempt> {
    using deadline = Deadline.in(TIMEOUT_MS, signal);
    try {
      const response = await send(call, await this.#address(call.url, deadline), deadline.signal);
      const answer = await beginningOf(response);
      const retryAfter = retryAfterMs(response.headers['retry-after'], this.clock.now());
      return { status: response.statusCode ?? null, error: null, answer, retryAfterMs: retryAfter };
    } catch (error) {
      const why = deadline.signal.aborted ? deadline.signal.reason : error;
      return { status: null, error: describe(why), answer: null, retryAfterMs: null };
    }
  }

  /** The address to connect to. @throws TargetRefusedError when none may be called. */
  async #address(text: string, deadline: Deadline): Promise<string> {
    const fault = urlFault(text, this.policy);
    if (fault !== null) throw new TargetRefusedError(fault);
    const host = hostIn(new URL(text));
    const addresses = await deadline.bound(lookup(host, { all: true, order: 'ipv4first' }));
    const faults = addresses.map(({ address }) => addressFault(address, { host, policy: this.policy }));
    const usable = addresses[faults.indexOf(null)];
    if (usable) return usable.address;
    throw new TargetRefusedError(faults[0] ?? `${host} has no address`);
  }
}

/** Resolves with the head of the answer. */
function send({ url, headers, body }: Call, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const target = new URL(url);
  const host = hostIn(target);
  const options: RequestOptions & { readonly servername: string } = {
    method: 'POST',
    host: address,
    port: target.port || undefined,
    path: `${target.pathname}${target.search}`,
    headers: { ...headers, host: target.host, 'content-length': Buffer.byteLength(body) },
    // The certificate must be for the name that was asked for, not for the address.
    servername: isIP(host) === 0 ? host : '',
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = target.protocol === 'https:' ? requestTls(options) : requestPlain(options);
    request.once('response', resolve);
    request.once('error', reject);
    request.end(body);
  });
}

/** The first characters of a body; a longer one is cut off with its connection. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_ANSWER_BYTES) break;
  }
  response.destroy();
  const text = Buffer.concat(chunks).toString('utf8');
  // oxlint-disable-next-line no-control-regex -- what a stranger sends is shown to people
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ').slice(0, KEPT_CHARACTERS);
}

function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? `${String(error.code)}: ` : '';
  return `${code}${messageOf(error)}`.slice(0, KEPT_CHARACTERS);
}
