import { Cron } from 'croner';
import type { Trigger } from './trigger.js';

/** A pattern that matches nothing for so many years (the 30th of February) never will. */
export type PatternCheck = { readonly ok: true } | { readonly ok: false; readonly detail: string };

const DAY_MS = 86_400_000;
/** The longest `every` in days. */
export const MAX_DAYS = 366;

/**
 * The first instant after `after` at which a trigger is due; null when there is none.
 *
 * Wall-clock triggers follow their time zone. A time of day that the clock skips in spring is due at the first valid
 * minute after the gap; one that occurs twice in autumn is due the first time only. An interval (`every` in minutes or
 * hours, a cron pattern with a wildcard or step in its hours) goes on through both.
 */
export function nextOccurrence(trigger: Trigger, after: Date): Date | null {
  switch (trigger.kind) {
    case 'once':
      return trigger.at > after ? trigger.at : null;
    case 'every':
      return nextInterval(trigger.startAt, trigger.milliseconds, after);
    case 'days':
      return nextOfDays(trigger, after);
    case 'pattern':
      return cronOf(trigger.pattern, trigger.timeZone).nextRun(after);
  }
}

/** The next occurrences after an instant, at most `count`. */
export function nextOccurrences(trigger: Trigger, after: Date, count: number): readonly Date[] {
  const found: Date[] = [];
  let last: Date | null = after;
  while (found.length < count && last !== null) {
    last = nextOccurrence(trigger, last);
    if (last !== null) found.push(last);
  }
  return found;
}

/** Whether a cron pattern can be read, and is ever due. */
export function checkPattern(pattern: string, timeZone: string, now: Date): PatternCheck {
  try {
    const next = cronOf(pattern, timeZone).nextRun(now);
    return next ? { ok: true } : { ok: false, detail: 'It is never due: there is no such day' };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : '';
    return {
      ok: false,
      detail: `Must have the five fields of cron (minute hour day month weekday): ${reason}`,
    };
  }
}

function cronOf(pattern: string, timeZone: string): Cron {
  return new Cron(pattern, { timezone: timeZone, mode: '5-part', paused: true });
}

function nextInterval(startAt: Date, milliseconds: number, after: Date): Date {
  if (startAt > after) return startAt;
  const passed = Math.floor((after.getTime() - startAt.getTime()) / milliseconds);
  return new Date(startAt.getTime() + (passed + 1) * milliseconds);
}

/** The time of day of `startAt` in its zone, on each n-th calendar day from it. */
function nextOfDays(trigger: Extract<Trigger, { kind: 'days' }>, after: Date): Date | null {
  const { days, startAt, timeZone } = trigger;
  if (startAt > after) return startAt;
  const local = localTime(startAt, timeZone);
  const daily = cronOf(`${local.minute} ${local.hour} * * *`, timeZone);
  let next = daily.nextRun(after);
  for (let tries = 0; next !== null && tries <= MAX_DAYS; tries++) {
    if ((localTime(next, timeZone).day - local.day) % days === 0) return next;
    next = daily.nextRun(next);
  }
  return next;
}

/** The calendar day, counted from 1970, and the time of day that clocks in a zone show. */
function localTime(instant: Date, timeZone: string): { day: number; hour: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const day = Date.UTC(of('year'), of('month') - 1, of('day')) / DAY_MS;
  return { day, hour: of('hour'), minute: of('minute') };
}
