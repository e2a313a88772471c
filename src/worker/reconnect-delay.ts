const FIRST_MS = 1_000;
const LAST_MS = 30_000;

/**
 * How long to wait before the target is asked again after the given number of failures in a row (from 1): doubling
 * up to 30 s, of which a random half is taken off, so that a thousand runs do not come back in one instant.
 */
export function reconnectDelayMs(failures: number, random: () => number = Math.random): number {
  const fullMs = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), LAST_MS);
  return Math.round(fullMs * (0.5 + random() / 2));
}
