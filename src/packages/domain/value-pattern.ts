import { createContext, Script } from 'node:vm';

/**
 * How long matching may take before the pattern counts as too slow. The limit is one of wall time, so that a busy
 * machine could trip it: only a second and longer trial condemns the pattern.
 */
const MATCH_TIMEOUTS_MS = [100, 400];

export type PatternMatch = 'match' | 'no-match' | 'too-slow';

/** What is wrong with a regular expression (ECMAScript with the `u` flag); null when nothing is. */
export function patternProblem(pattern: string): string | null {
  try {
    void new RegExp(anchored(pattern), 'u');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Whether the whole value matches. The pattern comes from whoever wrote the package, and a nested repetition can
 * take hours on 30 characters, so the match runs under a time limit that V8 can enforce: rejecting nested
 * repetitions outright would also reject `\d+(\.\d+)*`, which everyone writes for a version.
 */
export function matchPattern(pattern: string, value: string): PatternMatch {
  const matches = testWithinLimit({ source: anchored(pattern), flags: 'u' }, [value]);
  if (matches === null) return 'too-slow';
  return matches[0] === true ? 'match' : 'no-match';
}

/** Whether a pattern shows at once that it can take forever. */
export function isSlowPattern(pattern: string): boolean {
  return isSlowRegex({ source: anchored(pattern), flags: 'u' });
}

/** A regular expression that has not been compiled. */
export interface RegexText {
  readonly source: string;
  readonly flags: string;
}

/**
 * Whether a regular expression shows at once that it can take forever: tried on long runs of one character, which is
 * what nested repetitions trip over. Not a proof; `testWithinLimit` guards every real match as well.
 */
export function isSlowRegex(regex: RegexText): boolean {
  const characters = new Set(`aA0 .-_${regex.source.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)}`);
  const trials = [...characters].map((character) => `${character.repeat(200)}\u0001`);
  return testWithinLimit(regex, trials) === null;
}

const SCRIPT = new Script(
  '{ const regex = new RegExp(source, flags); values.map((value) => regex.test(value)); }',
);

/** Which of the values the regular expression is found in; null when that took too long. */
export function testWithinLimit(regex: RegexText, values: readonly string[]): boolean[] | null {
  const context = createContext({ ...regex, values });
  for (const timeout of MATCH_TIMEOUTS_MS) {
    try {
      const matches: unknown = SCRIPT.runInContext(context, { timeout });
      return Array.isArray(matches) ? matches.map(Boolean) : null;
    } catch {
      continue;
    }
  }
  return null;
}

/** Without the group an alternative would escape the anchors: `^a|b$`. */
function anchored(pattern: string): string {
  return `^(?:${pattern})$`;
}
