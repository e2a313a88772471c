import { der, derElements, derOnly } from './der.js';

/** 1.3.6.1.4.1.311.2.2.10, NTLM as a SPNEGO mechanism (MS-SPNG 1.9). */
const NTLM_OID = Buffer.from('060a2b06010401823702020a', 'hex');

const INITIAL_TOKEN = 0x60;
const NEG_TOKEN_INIT = 0xa0;
const NEG_TOKEN_RESP = 0xa1;
const SEQUENCE = 0x30;
const ENUMERATED = 0x0a;
const OCTET_STRING = 0x04;
const context = (number: number) => 0xa0 | number;

/** What a client's SPNEGO token holds (RFC 4178 4.2). */
export interface SpnegoToken {
  /** DER of the mechanism list, only in the first token; what a mechListMIC signs. */
  readonly mechTypes: Buffer | null;
  readonly offersNtlm: boolean;
  readonly mechToken: Buffer | null;
  readonly mechListMic: Buffer | null;
}

/** RFC 4178 4.2.2 negState. */
export const NegState = { ACCEPT_COMPLETED: 0, ACCEPT_INCOMPLETE: 1, REJECT: 2, REQUEST_MIC: 3 } as const;

/** Reads a NegTokenInit or NegTokenResp, or null when the bytes are neither. Throws a RangeError on broken DER. */
export function decodeSpnego(token: Buffer): SpnegoToken | null {
  const outer = derOnly(token);
  if (outer?.tag === NEG_TOKEN_RESP) return decodeResponse(outer.content);
  if (outer?.tag !== INITIAL_TOKEN) return null;
  const init = derElements(outer.content).find((element) => element.tag === NEG_TOKEN_INIT);
  return init === undefined ? null : decodeInit(init.content);
}

/** Builds a NegTokenResp (RFC 4178 4.2.2). */
export function encodeResponse(options: {
  readonly state: number;
  readonly selectNtlm: boolean;
  readonly responseToken: Buffer | null;
  readonly mechListMic: Buffer | null;
}): Buffer {
  const fields = [der(context(0), der(ENUMERATED, Buffer.from([options.state])))];
  if (options.selectNtlm) fields.push(der(context(1), NTLM_OID));
  if (options.responseToken) fields.push(der(context(2), der(OCTET_STRING, options.responseToken)));
  if (options.mechListMic) fields.push(der(context(3), der(OCTET_STRING, options.mechListMic)));
  return der(NEG_TOKEN_RESP, der(SEQUENCE, ...fields));
}

function decodeInit(content: Buffer): SpnegoToken {
  const fields = fieldsOf(content);
  const mechTypes = fields.get(context(0)) ?? null;
  const offered = mechTypes === null ? [] : derElements(derOnly(mechTypes)?.content ?? Buffer.alloc(0));
  return {
    mechTypes,
    offersNtlm: offered.some((mechanism) => mechanism.whole.equals(NTLM_OID)),
    mechToken: octets(fields.get(context(2))),
    mechListMic: octets(fields.get(context(3))),
  };
}

function decodeResponse(content: Buffer): SpnegoToken {
  const fields = fieldsOf(content);
  return {
    mechTypes: null,
    offersNtlm: true,
    mechToken: octets(fields.get(context(2))),
    mechListMic: octets(fields.get(context(3))),
  };
}

function fieldsOf(sequence: Buffer): Map<number, Buffer> {
  const elements = derElements(derOnly(sequence)?.content ?? Buffer.alloc(0));
  return new Map(elements.map((element) => [element.tag, element.content]));
}

function octets(field: Buffer | undefined): Buffer | null {
  return derOnly(field)?.content ?? null;
}
