import type { Fault } from '../../shared/errors.js';
import { type Every, type Monthly, type Trigger, type TriggerBody, WEEKDAYS } from './trigger.js';

export type TriggerParsing =
  | { readonly ok: true; readonly trigger: Trigger }
  /** Pointers are relative to the trigger. */
  | { readonly ok: false; readonly faults: readonly Fault[] };

const KINDS = ['once', 'every', 'daily', 'weekly', 'monthly', 'cron'] as const;
type Kind = (typeof KINDS)[number];

/** Which of the other fields each kind takes. */
const COMPANIONS: Readonly<Record<Kind, readonly string[]>> = {
  once: [],
  every: ['startAt', 'timeZone'],
  daily: ['at', 'repeatEveryHours', 'repeatUntil', 'timeZone'],
  weekly: ['at', 'repeatEveryHours', 'repeatUntil', 'timeZone'],
  monthly: ['at', 'repeatEveryHours', 'repeatUntil', 'timeZone'],
  cron: ['timeZone'],
};

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const MINUTE_MS = 60_000;
const LAST_HOUR = 23;

/** Checks how the fields of a trigger go together and answers every fault at once; `now` is the default of `startAt`. */
export function parseTrigger(body: TriggerBody, now: Date): TriggerParsing {
  const kind = onlyKind(body);
  if (typeof kind !== 'string') return { ok: false, faults: [kind] };
  const faults = [...companionFaults(body, kind), ...zoneFaults(body.timeZone), ...kindFaults(body, kind)];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, trigger: triggerOf(body, kind, now) };
}

function onlyKind(body: TriggerBody): Kind | Fault {
  const given = KINDS.filter((kind) => body[kind] !== undefined);
  const [kind] = given;
  if (kind !== undefined && given.length === 1) return kind;
  return fault(
    '',
    given.length === 0 ? 'missing-field' : 'not-allowed',
    `Give exactly one of ${KINDS.join(', ')}`,
  );
}

function companionFaults(body: TriggerBody, kind: Kind): readonly Fault[] {
  const allowed = COMPANIONS[kind];
  const others = ['at', 'repeatEveryHours', 'repeatUntil', 'startAt', 'timeZone'] as const;
  return others
    .filter((field) => body[field] !== undefined && !allowed.includes(field))
    .map((field) => fault(`/${field}`, 'not-allowed', `${kind} takes no ${field}: leave it out`));
}

function zoneFaults(timeZone: string | undefined): readonly Fault[] {
  if (timeZone === undefined || isTimeZone(timeZone)) return [];
  return [fault('/timeZone', 'unknown-value', 'Must be an IANA time zone such as Europe/Berlin')];
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function kindFaults(body: TriggerBody, kind: Kind): readonly Fault[] {
  if (kind === 'every' && body.every) return everyFaults(body.every);
  if (kind === 'daily' || kind === 'weekly') return timeFaults(body);
  if (kind === 'monthly' && body.monthly) return [...monthlyFaults(body.monthly), ...timeFaults(body)];
  return [];
}

function everyFaults(every: Every): readonly Fault[] {
  const units = [every.minutes, every.hours, every.days].filter((count) => count !== undefined);
  return units.length === 1
    ? []
    : [fault('/every', 'missing-field', 'Give exactly one of minutes, hours, days')];
}

function monthlyFaults({ day, weekday, nth }: Monthly): readonly Fault[] {
  const isDay = day !== undefined && weekday === undefined && nth === undefined;
  const isWeekday = day === undefined && weekday !== undefined && nth !== undefined;
  return isDay || isWeekday
    ? []
    : [fault('/monthly', 'missing-field', 'Give either day, or weekday and nth')];
}

function timeFaults({ at, repeatEveryHours, repeatUntil }: TriggerBody): readonly Fault[] {
  if (at === undefined) return [fault('/at', 'missing-field', 'Give the time of day, such as 22:00')];
  if (repeatUntil === undefined) return [];
  if (repeatEveryHours === undefined)
    return [fault('/repeatUntil', 'not-allowed', 'It needs repeatEveryHours: give both or neither')];
  return repeatUntil > at ? [] : [fault('/repeatUntil', 'out-of-range', 'Must be later in the day than at')];
}

function triggerOf(body: TriggerBody, kind: Kind, now: Date): Trigger {
  const timeZone = body.timeZone ?? 'UTC';
  if (kind === 'once') return { kind: 'once', at: new Date(body.once ?? '') };
  if (kind === 'every')
    return everyTrigger(body.every ?? {}, body.startAt ? new Date(body.startAt) : now, timeZone);
  if (kind === 'cron') return { kind: 'pattern', pattern: body.cron ?? '', timeZone };
  return { kind: 'pattern', pattern: `${timesOf(body)} ${daysOf(body)}`, timeZone };
}

function everyTrigger({ minutes, hours, days }: Every, startAt: Date, timeZone: string): Trigger {
  if (days !== undefined) return { kind: 'days', days, startAt, timeZone };
  return { kind: 'every', milliseconds: (minutes ?? (hours ?? 0) * 60) * MINUTE_MS, startAt };
}

/** Minute and hours of a pattern. A repetition keeps the minute of `at`. */
function timesOf({ at = '', repeatEveryHours, repeatUntil = '23:59' }: TriggerBody): string {
  const [hour, minute] = partsOf(at);
  const [lastHour, lastMinute] = partsOf(repeatUntil);
  const last = lastMinute >= minute ? lastHour : lastHour - 1;
  const hours = [hour];
  for (let next = hour + (repeatEveryHours ?? LAST_HOUR + 1); next <= last; next += repeatEveryHours ?? 1) {
    hours.push(next);
  }
  return `${minute} ${hours.join(',')}`;
}

function partsOf(time: string): readonly [hour: number, minute: number] {
  const [, hour, minute] = TIME.exec(time) ?? [];
  return [Number(hour), Number(minute)];
}

/** Day of month, month and day of week of a pattern; `#` is the nth such weekday, `L` the last one. */
function daysOf({ weekly, monthly }: TriggerBody): string {
  if (weekly) return `* * ${weekly.map((day) => WEEKDAYS.indexOf(day)).join(',')}`;
  if (!monthly) return '* * *';
  if (monthly.day !== undefined) return `${monthly.day === 'last' ? 'L' : monthly.day} * *`;
  const weekday = WEEKDAYS.findIndex((day) => day === monthly.weekday);
  return `* * ${weekday}#${monthly.nth === 'last' ? 'L' : monthly.nth}`;
}

function fault(pointer: string, code: string, detail: string): Fault {
  return { pointer, code, detail };
}
