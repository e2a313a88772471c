import { isSlowRegex, testWithinLimit } from '../value-pattern.js';
import { CASED_LETTERS } from './letters.js';

/**
 * The regular expressions of `matches`: the part that JavaScript and .NET share, since the runner's verdict is computed
 * again here. Found anywhere in the text, upper and lower case being the same. Classes, groups without capture names,
 * alternatives, repetitions, look-aheads, `\d \w \s \b` and their opposites; no back references, no look-behind, no
 * `\p`, `\x` or `\u`. Before it is matched a text loses what the two see differently: every kind of space becomes a
 * blank, every character outside printable ASCII and `CASED_LETTERS` becomes U+FFFD.
 * Keep in step with src/target/runner/compare-text.ps1.
 */
const SPACE = /[\s\p{Cc}]/gu;
const UNSHARED = new RegExp(`[^ -~${CASED_LETTERS}]`, 'g');

/** What of a pattern the two languages read alike; one alternative for each thing that may stand in it. */
const CLASS_ATOM = `\\\\[dDwWsStnrfv^$\\\\.*+?()[\\]{}|/-]|[^\\\\[\\]]`;
const SHARED = new RegExp(
  `^(?:\\\\[dDwWsSbBtnrfv^$\\\\.*+?()[\\]{}|/]|\\((?:\\?[:=!])?(?!\\?)|\\[(?!\\^?\\])\\^?(?:${CLASS_ATOM})+\\]|[^\\\\[(])*$`,
);

/** What is wrong with a pattern: not a regular expression, or more than the two languages share; null when nothing is. */
export function sharedPatternProblem(pattern: string): string | null {
  try {
    void new RegExp(pattern, 'u');
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 300) : String(error);
  }
  const foreign = UNSHARED.exec(pattern)?.[0];
  UNSHARED.lastIndex = 0;
  if (foreign !== undefined)
    return `the character ${JSON.stringify(foreign)} cannot be matched, write . for it`;
  if (SHARED.test(pattern)) return null;
  return 'only \\d \\w \\s \\b and their opposites, \\t \\n \\r \\f \\v, escaped punctuation, (...), (?:...), (?=...) and (?!...) are shared by JavaScript and .NET; write [ in a class as \\[';
}

/** Whether the pattern is found in the text; null when that takes too long. */
export function findsPattern(pattern: string, text: string): boolean | null {
  const plain = text.replace(SPACE, ' ').replace(UNSHARED, '\ufffd');
  return testWithinLimit({ source: pattern, flags: 'i' }, [plain])?.[0] ?? null;
}

/** Whether a pattern shows at once that it can take for ever. */
export function isSlowSharedPattern(pattern: string): boolean {
  return isSlowRegex({ source: pattern, flags: 'i' });
}
