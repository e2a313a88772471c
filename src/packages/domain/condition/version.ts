/** Up to ten numbers; what follows after a blank or one of `+ _ ( -` is no part of the order: `24.09 beta`, `5.1-rc2`. */
const VERSION = /^[0-9]{1,18}(?:\.[0-9]{1,18}){0,9}(?![^ +_(-])/;

/** The numbers of a version; null for a text that does not begin with one. */
function partsOf(text: string): bigint[] | null {
  return VERSION.exec(text)?.[0].split('.').map(BigInt) ?? null;
}

/** Whether a text can be compared as a version. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/**
 * Negative, 0 or positive as `one` is lower than, equal to or higher than `other`: part by part, missing parts count
 * as 0 (DESIGN section 4). Null when one of them is no version. Keep in step with src/target/runner/compare.ps1.
 */
export function compareVersions(one: string, other: string): number | null {
  const ones = partsOf(one);
  const others = partsOf(other);
  if (ones === null || others === null) return null;
  for (let index = 0; index < Math.max(ones.length, others.length); index++) {
    const difference = (ones[index] ?? 0n) - (others[index] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
