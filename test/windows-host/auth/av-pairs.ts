/** The attribute-value pairs of a target info that the acceptor reads or writes (MS-NLMP 2.2.2.1). */
export const AvId = {
  EOL: 0,
  NB_COMPUTER_NAME: 1,
  NB_DOMAIN_NAME: 2,
  DNS_COMPUTER_NAME: 3,
  DNS_DOMAIN_NAME: 4,
  FLAGS: 6,
  TIMESTAMP: 7,
  TARGET_NAME: 9,
  CHANNEL_BINDINGS: 10,
} as const;

/** MsvAvFlags bit: the AUTHENTICATE message carries a MIC (MS-NLMP 2.2.2.1). */
export const AV_FLAG_MIC = 0x2;

/** Writes pairs in the given order and the list's end. */
export function encodeAvPairs(pairs: readonly (readonly [number, Buffer])[]): Buffer {
  const encoded = pairs.map(([id, value]) => Buffer.concat([avHead(id, value.length), value]));
  return Buffer.concat([...encoded, avHead(AvId.EOL, 0)]);
}

/** Reads pairs up to the list's end. Throws a RangeError when a length leaves the buffer. */
export function decodeAvPairs(bytes: Buffer): Map<number, Buffer> {
  const pairs = new Map<number, Buffer>();
  for (let offset = 0; ;) {
    const id = bytes.readUInt16LE(offset);
    const length = bytes.readUInt16LE(offset + 2);
    if (id === AvId.EOL) return pairs;
    if (offset + 4 + length > bytes.length) throw new RangeError(`AvPair ${id} leaves the target info`);
    pairs.set(id, bytes.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length;
  }
}

function avHead(id: number, length: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(length, 2);
  return head;
}
