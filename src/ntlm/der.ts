import { NtlmError } from './errors.js';

/** One DER element (ITU-T X.690): its tag, its content, and all of its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly bytesRead: number;
}

export const DerTag = {
  octetString: 0x04,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  sequence: 0x30,
} as const;

/** The tag of a constructed context-specific element `[n]`. */
export const contextTag = (n: number): number => 0xa0 | n;

/** Reads the element at the start of `bytes`; throws NtlmError `malformed-token` when it does not fit. */
export const readDer = (bytes: Buffer): DerElement => {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) throw malformed();
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = first < 0x80 ? first : readLongLength(bytes, lengthBytes);
  const start = 2 + lengthBytes;
  if (start + length > bytes.length) throw malformed();
  return { tag, content: bytes.subarray(start, start + length), bytesRead: start + length };
};

/** Reads an element that must have this tag. */
export const expectDer = (bytes: Buffer, tag: number): DerElement => {
  const element = readDer(bytes);
  if (element.tag !== tag) throw malformed();
  return element;
};

/** Reads all elements of a constructed element's content. */
export const readDerChildren = (content: Buffer): DerElement[] => {
  const children: DerElement[] = [];
  for (let rest = content; rest.length > 0;) {
    const child = readDer(rest);
    children.push(child);
    rest = rest.subarray(child.bytesRead);
  }
  return children;
};

// Four length bytes reach 4 GiB; the indefinite form (0x80) is not DER.
const readLongLength = (bytes: Buffer, lengthBytes: number): number => {
  if (lengthBytes === 0 || lengthBytes > 4 || bytes.length < 2 + lengthBytes) throw malformed();
  return bytes.readUIntBE(2, lengthBytes);
};

const malformed = (): NtlmError =>
  new NtlmError('malformed-token', 'A DER structure does not fit its own lengths');
