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

/** `auto` is UTF-8, or UTF-16 when the first bytes are its byte order mark or every second one is zero. */
export function createDecoding(encoding: TextEncoding | 'auto'): TextDecoding {
  if (encoding === 'oem')
    return { write: (bytes) => Array.from(bytes, oemCharacter).join(''), end: () => '' };
  if (encoding === 'auto') return new AutoDecoding();
  return new StringDecoder(encoding === 'utf-8' ? 'utf8' : 'utf16le');
}

function oemCharacter(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : CP437.charAt(byte - 0x80);
}

class AutoDecoding implements TextDecoding {
  #decoder: StringDecoder | undefined;

  write(bytes: Buffer): string {
    if (this.#decoder !== undefined) return this.#decoder.write(bytes);
    const wide = bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[1] === 0);
    this.#decoder = new StringDecoder(wide ? 'utf16le' : 'utf8');
    return this.#decoder.write(bytes).replace(/^\ufeff/, '');
  }

  end(): string {
    return this.#decoder?.end() ?? '';
  }
}
