import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 20;

/** Asks again and again until there is an answer other than undefined, null or false; fails after `limitMs`. */
export async function poll<T>(
  what: string,
  ask: () => T | Promise<T>,
  limitMs = 15_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false)
      return answer as NonNullable<Exclude<T, false>>;
    if (performance.now() > end) throw new Error(`It did not happen in ${limitMs} ms: ${what}`);
    await delay(EVERY_MS);
  }
}
