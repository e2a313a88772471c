/** One element of a DER encoding, as far as SPNEGO needs it (X.690 8.1). */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** The element with its tag and length. */
  readonly whole: Buffer;
}

/** Reads the elements that stand one after the other in `bytes`. Throws a RangeError on a bad length. */
export function derElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const { length, headLength } = derLength(bytes, offset);
    const end = offset + headLength + length;
    if (end > bytes.length) throw new RangeError('DER element leaves its buffer');
    const content = bytes.subarray(offset + headLength, end);
    elements.push({ tag: bytes.readUInt8(offset), content, whole: bytes.subarray(offset, end) });
    offset = end;
  }
  return elements;
}

/** The only element of `bytes`, or undefined. */
export function derOnly(bytes: Buffer | undefined): DerElement | undefined {
  return bytes === undefined ? undefined : derElements(bytes)[0];
}

/** Writes one element. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
}

function derLength(bytes: Buffer, offset: number): { length: number; headLength: number } {
  const first = bytes.readUInt8(offset + 1);
  if (first < 0x80) return { length: first, headLength: 2 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new RangeError('DER length of an unsupported form');
  return { length: bytes.readUIntBE(offset + 2, count), headLength: 2 + count };
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}
