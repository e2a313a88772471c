import { once } from 'node:events';
import type { Request, Response } from 'express';
import type { RecordedEvent } from '../events.service.js';

/** Without an event for this long a comment is sent, so that proxies keep the connection. */
export const COMMENT_INTERVAL_MS = 15_000;

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

/**
 * Writes events as Server-Sent Events (WHATWG HTML, section 9.2). A client that does not read is waited for, and
 * the next events are fetched from the store only then: a slow reader costs no memory.
 */
export async function sendEvents(
  response: Response,
  events: AsyncIterable<RecordedEvent | null>,
  idOf: (event: RecordedEvent) => number,
): Promise<void> {
  response
    .status(200)
    .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  for await (const event of events) {
    const text =
      event === null ? ': still here\n\n' : `id: ${idOf(event)}\ndata: ${JSON.stringify(event)}\n\n`;
    await writeAll(response, text);
    if (response.closed) return;
  }
  response.end();
}

/** Writes and waits until the client has room again, or has gone. */
export async function writeAll(response: Response, text: string): Promise<void> {
  if (response.closed || response.write(text)) return;
  const gone = new AbortController();
  const onClose = () => gone.abort();
  response.once('close', onClose);
  await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
  response.off('close', onClose);
}
