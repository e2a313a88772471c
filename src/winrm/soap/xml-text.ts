// Everything that XML 1.0 section 2.2 forbids: most control characters, lone surrogates, U+FFFE and U+FFFF.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * Text for element content or a double-quoted attribute. Throws RangeError for characters that no XML document
 * can carry, rather than change what was meant.
 */
export const escapeXml = (text: string): string => {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) {
    const code = forbidden[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
    throw new RangeError(`The character U+${code} at position ${forbidden.index} cannot be sent in XML`);
  }
  return text.replace(/[&<>"\t\n\r]/g, (char) => ESCAPES[char] ?? char);
};
