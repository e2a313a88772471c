import { once } from 'node:events';
import type { Request, Response } from 'express';
import type { RecordedEvent } from '../events.service.js';

/** Without an event for this long a comment is sent, so that proxies keep the connection. */
export const COMMENT_INTERVAL_MS = 15_000;

/** For a client that reads slowly, to take what it was sent before its stream ended. */
export const END_GRACE_MS = 10_000;

/** The `Last-Event-ID` of a client that comes back, or `afterSeq` of a new one; 0: from the beginning. */
export function resumePoint(request: Request, after: number | undefined): number {
  const header = request.get('last-event-id') ?? '';
  return /^\d{1,15}$/.test(header) ? Number(header) : (after ?? 0);
}

/** Aborts when the client has gone. */
export function closedSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  return controller.signal;
}

/** How events become a stream, and what ends it. */
export interface StreamOptions {
  /** An event's `id:`. */
  readonly idOf: (event: RecordedEvent) => number;
  /** Aborts when the client has gone, or when the stream is to end though there is more to say. */
  readonly signal: AbortSignal;
  /** A client has this long to take the rest once the stream ends; then the connection is cut. */
  readonly graceMs: number;
}

/**
 * Writes events as Server-Sent Events (WHATWG HTML, section 9.2). A client that does not read is waited for, and
 * the next events are fetched from the store only then: it costs no memory. Resolves when the connection is rid of it.
 */
export async function sendEvents(
  response: Response,
  events: AsyncIterable<RecordedEvent | null>,
  { idOf, signal, graceMs }: StreamOptions,
): Promise<void> {
  response
    .status(200)
    .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  for await (const event of events) {
    const text =
      event === null ? ': still here\n\n' : `id: ${idOf(event)}\ndata: ${JSON.stringify(event)}\n\n`;
    await writeAll(response, text, signal);
    if (signal.aborted) break;
  }
  await endWithin(response, graceMs);
}

/**
 * Writes and waits until the client has room again, or the signal aborts. One that takes nothing for long is cut off by
 * the server (src/http/configure-app.ts).
 */
export async function writeAll(response: Response, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.write(text)) return;
  await once(response, 'drain', { signal }).catch(() => undefined);
}

async function endWithin(response: Response, graceMs: number): Promise<void> {
  if (response.closed) return;
  const closed = once(response, 'close');
  const cut = setTimeout(() => response.destroy(), graceMs);
  response.end();
  await closed;
  clearTimeout(cut);
}
