import type { IncomingMessage } from 'node:http';

/** Reads a request's body whole, or null when it grows past `limitBytes` or the client goes away. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of request) {
      size += (piece as Buffer).length;
      if (size > limitBytes) return null;
      pieces.push(piece as Buffer);
    }
  } catch {
    // The client went away in the middle of its request: there is no one left to answer.
    return null;
  }
  return Buffer.concat(pieces);
}
