import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';

/** Code page 437, 0x80 to 0xFF: what an English Windows calls its OEM code page. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

export type TextEncoding = 'utf-8' | 'utf-16' | 'oem';

/** Text as a program would print it; what the OEM code page lacks becomes `?`. */
export function encodeText(text: string, encoding: TextEncoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16') return Buffer.from(text, 'utf16le');
  return Buffer.from(Array.from(text, oemByte));
}

function oemByte(character: string): number {
  const code = character.charCodeAt(0);
  if (code < 0x80) return code;
  const index = CP437.indexOf(character);
  return index < 0 ? 0x3f : 0x80 + index;
}

/** Decodes a stream piece by piece; a character that is cut between two pieces waits for its rest. */
export interface TextDecoding {
  write(bytes: Buffer): string;
  end(): string;
}

/**
 * `auto` is UTF-16 when the first bytes are its byte order mark or the second one is zero, else UTF-8, and OEM
 * from the first byte on that UTF-8 does not allow.
 */
export function createDecoding(encoding: TextEncoding | 'auto'): TextDecoding {
  if (encoding === 'oem') return OEM;
  if (encoding === 'auto') return new AutoDecoding();
  return new StringDecoder(encoding === 'utf-8' ? 'utf8' : 'utf16le');
}

const OEM: TextDecoding = { write: (bytes) => Array.from(bytes, oemCharacter).join(''), end: () => '' };

function oemCharacter(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : CP437.charAt(byte - 0x80);
}

class AutoDecoding implements TextDecoding {
  #decoding: TextDecoding | undefined;
  #pending = Buffer.alloc(0);

  write(bytes: Buffer): string {
    if (this.#decoding !== undefined) return this.#decoding.write(bytes);
    const all = Buffer.concat([this.#pending, bytes]);
    if (isWide(all)) return this.#decideFor(new StringDecoder('utf16le'), all).replace(/^\ufeff/, '');
    const whole = all.length - incompleteTail(all);
    if (!isUtf8(all.subarray(0, whole))) return this.#decideFor(OEM, all);
    this.#pending = Buffer.from(all.subarray(whole));
    return all.toString('utf8', 0, whole).replace(/^\ufeff/, '');
  }

  end(): string {
    return this.#decoding?.end() ?? this.#pending.toString('utf8');
  }

  #decideFor(decoding: TextDecoding, bytes: Buffer): string {
    this.#decoding = decoding;
    return decoding.write(bytes);
  }
}

function isWide(bytes: Buffer): boolean {
  return bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[1] === 0);
}

/** How many bytes at the end are the beginning of an unfinished character of UTF-8. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function sequenceLength(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  if (firstByte >= 0xe0) return 3;
  return firstByte >= 0xc0 ? 2 : 1;
}
