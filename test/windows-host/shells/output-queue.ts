export type StreamName = 'stdout' | 'stderr';

export interface OutputChunk {
  readonly stream: StreamName;
  readonly bytes: Buffer;
}

/** A pipe's buffer on Windows; larger writes arrive as several Stream elements. */
const LARGEST_CHUNK_BYTES = 32 * 1024;

/** `<rsp:Stream Name="stdout" CommandId="GUID">` and its end, rounded up. */
const STREAM_ELEMENT_BYTES = 100;

/** A command's output that no reply has carried away yet. */
export class OutputQueue {
  #chunks: OutputChunk[] = [];

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Adds what the program wrote, cut where Windows is free to cut it: also inside a character. */
  push(stream: StreamName, bytes: Buffer): void {
    for (const piece of pieces(bytes)) this.#chunks.push({ stream, bytes: piece });
  }

  /** Takes chunks in order until their Stream elements fill `xmlBytes`; the last one may be cut. */
  take(xmlBytes: number): OutputChunk[] {
    const taken: OutputChunk[] = [];
    for (let left = xmlBytes; ;) {
      const room = Math.floor((left - STREAM_ELEMENT_BYTES) / 4) * 3;
      const chunk = room > 0 ? this.#chunks.shift() : undefined;
      if (chunk === undefined) return taken;
      const { stream, bytes } = chunk;
      taken.push({ stream, bytes: bytes.subarray(0, room) });
      if (bytes.length > room) this.#chunks.unshift({ stream, bytes: bytes.subarray(room) });
      left -= STREAM_ELEMENT_BYTES + Math.ceil(bytes.length / 3) * 4;
    }
  }

  /** Puts chunks back at the front: the reply that carried them was lost. */
  restore(chunks: readonly OutputChunk[]): void {
    this.#chunks.unshift(...chunks);
  }
}

function pieces(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(start + LARGEST_CHUNK_BYTES, tornAt(bytes, start), bytes.length);
    found.push(bytes.subarray(start, end));
    start = end;
  }
  return found;
}

/** After the first byte of the first multibyte UTF-8 character behind `start`; a client that decodes chunk by chunk breaks there. */
function tornAt(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const isLead = (bytes[at] ?? 0) >= 0xc0;
    // Once per write is enough, and keeps text in other alphabets from falling apart into bytes.
    if (isLead) return start === 0 ? at + 1 : bytes.length;
  }
  return bytes.length;
}
