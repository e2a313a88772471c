import { NtlmError } from './errors.js';

/** AvId values of [MS-NLMP] 2.2.2.1 that this library reads or writes. */
export const AvId = {
  endOfList: 0,
  netbiosComputerName: 1,
  netbiosDomainName: 2,
  flags: 6,
  timestamp: 7,
  targetName: 9,
  channelBindings: 10,
} as const;

/** MsvAvFlags bit: the AUTHENTICATE message carries a MIC. */
const MIC_PRESENT = 0x2;

/** One entry of the target information. */
export interface AvPair {
  readonly id: number;
  readonly value: Buffer;
}

/** What the client adds to the server's target information; what is undefined is left out. */
export interface TargetInfoAdditions {
  readonly micPresent: boolean;
  /** MD5 of the gss_channel_bindings structure, 16 bytes. */
  readonly channelBindings?: Buffer | undefined;
  /** The service principal name, such as `host/web01.example.com`. */
  readonly targetName?: string | undefined;
}

/**
 * Reads an AV_PAIR list up to its terminator; bytes after it are ignored.
 * Throws NtlmError `malformed-token` when a length points outside or the terminator is missing.
 */
export const parseAvPairs = (bytes: Buffer): AvPair[] => {
  const pairs: AvPair[] = [];
  for (let offset = 0; offset + 4 <= bytes.length;) {
    const id = bytes.readUInt16LE(offset);
    const length = bytes.readUInt16LE(offset + 2);
    if (id === AvId.endOfList) return pairs;
    if (offset + 4 + length > bytes.length) break;
    pairs.push({ id, value: bytes.subarray(offset + 4, offset + 4 + length) });
    offset += 4 + length;
  }
  throw new NtlmError(
    'malformed-token',
    'The target information of the challenge does not end where it should',
  );
};

/** Writes an AV_PAIR list with its terminator. */
export const encodeAvPairs = (pairs: readonly AvPair[]): Buffer =>
  Buffer.concat([...pairs, { id: AvId.endOfList, value: Buffer.alloc(0) }].flatMap(encodePair));

/** The value of the first pair with this id. */
export const findAvPair = (pairs: readonly AvPair[], id: number): Buffer | undefined =>
  pairs.find((pair) => pair.id === id)?.value;

/** The target information of the AUTHENTICATE message: the server's pairs plus ours ([MS-NLMP] 3.1.5.1.2). */
export const clientTargetInfo = (server: readonly AvPair[], additions: TargetInfoAdditions): AvPair[] => {
  const pairs = additions.micPresent ? withFlags(server, MIC_PRESENT) : [...server];
  const { channelBindings, targetName } = additions;
  if (channelBindings) pairs.push({ id: AvId.channelBindings, value: channelBindings });
  if (targetName !== undefined)
    pairs.push({ id: AvId.targetName, value: Buffer.from(targetName, 'utf16le') });
  return pairs;
};

const encodePair = ({ id, value }: AvPair): Buffer[] => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return [head, value];
};

const withFlags = (pairs: readonly AvPair[], flags: number): AvPair[] => {
  const present = findAvPair(pairs, AvId.flags);
  const value = Buffer.alloc(4);
  value.writeUInt32LE(((present?.length === 4 ? present.readUInt32LE(0) : 0) | flags) >>> 0);
  return [...pairs.filter((pair) => pair.id !== AvId.flags), { id: AvId.flags, value }];
};
