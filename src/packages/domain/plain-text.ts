const LINE_SEPARATORS = '\\u2028\\u2029';
const CONTROL = new RegExp(`[\\p{Cc}\\p{Cs}${LINE_SEPARATORS}]`, 'u');
const CONTROL_BUT_LINE_ENDS = new RegExp(`(?![\\t\\r\\n])[\\p{Cc}\\p{Cs}${LINE_SEPARATORS}]`, 'u');

/** Whether a text is one line: no control characters, line separators or unpaired surrogates. */
export function isPlainLine(text: string): boolean {
  return !CONTROL.test(text);
}

/** Whether a text holds no control characters but tabs and line ends. */
export function isPlainText(text: string): boolean {
  return !CONTROL_BUT_LINE_ENDS.test(text);
}

/**
 * What could end one command and begin another in cmd.exe or PowerShell (DESIGN section 4). Beyond the listed
 * ASCII characters: PowerShell takes the typographic quotes U+2018-U+201E for quotes, and the conversion to an
 * OEM code page turns full-width forms (U+FF01-U+FF5E) into their ASCII twins.
 */
const DANGEROUS = /[&|<>^%!"';$()`\u2018-\u201e\uff01-\uff5e]/u;

/** The first character that may not stand in a value that is put into a command line; undefined when there is none. */
export function dangerousCharacter(value: string): string | undefined {
  return (CONTROL.exec(value) ?? DANGEROUS.exec(value))?.[0];
}

/** How a character is named in a message: `&` itself, or its code point when it cannot be seen. */
export function nameCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint > 0x20 && codePoint < 0x7f) return character;
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
