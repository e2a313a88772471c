/**
 * The letters whose upper and lower case are the same to a condition: those of which JavaScript, .NET and Windows give
 * each other's case alike. Left out is what they dispute: dotless i, long s, final sigma, the signs that look like letters.
 * Keep in step with src/target/runner/compare-text.ps1.
 */
export const CASED_LETTERS =
  'A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u00fe\\u0100-\\u012f\\u0132-\\u0137\\u0139-\\u0148\\u014a-\\u0177\\u0179-\\u017e' +
  '\\u0391-\\u03a1\\u03a3-\\u03a9\\u03b1-\\u03c1\\u03c3-\\u03c9\\u0400-\\u045f';

/** One of these letters is also its own upper case in two letters; JavaScript would write SS. */
const SHARP_S = '\u00df';

const CASED = new RegExp(`[${CASED_LETTERS}]`, 'g');

/** The text with those letters in upper case; two texts that differ in nothing else are the same to a condition. */
export function foldCase(text: string): string {
  return text.replace(CASED, (letter) => (letter === SHARP_S ? letter : letter.toUpperCase()));
}
