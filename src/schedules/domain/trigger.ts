export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When a schedule is due, as its author writes it: exactly one of `once`, `every`, `daily`, `weekly`, `monthly`, `cron`. */
export interface TriggerBody {
  /** An instant. */
  readonly once?: string | undefined;
  /** Exactly one unit. */
  readonly every?: Every | undefined;
  readonly daily?: true | undefined;
  readonly weekly?: readonly Weekday[] | undefined;
  readonly monthly?: Monthly | undefined;
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron?: string | undefined;
  /** Time of day, `HH:MM`; with daily, weekly and monthly. */
  readonly at?: string | undefined;
  /** On its days, again every so many hours after `at`. */
  readonly repeatEveryHours?: number | undefined;
  /** Time of day of the last repetition at the latest; 23:59 when left out. */
  readonly repeatUntil?: string | undefined;
  /** With `every`: where counting begins. */
  readonly startAt?: string | undefined;
  /** An IANA name; UTC when left out. */
  readonly timeZone?: string | undefined;
}

export interface Every {
  readonly minutes?: number | undefined;
  readonly hours?: number | undefined;
  readonly days?: number | undefined;
}

/** The day of the month (in months without it: not at all) or the last one; or the nth weekday of the month or the last such. */
export interface Monthly {
  readonly day?: number | 'last' | undefined;
  readonly weekday?: Weekday | undefined;
  readonly nth?: number | 'last' | undefined;
}

/** A trigger that was found to be usable. */
export type Trigger =
  | { readonly kind: 'once'; readonly at: Date }
  /** Minutes and hours are elapsed time. */
  | { readonly kind: 'every'; readonly milliseconds: number; readonly startAt: Date }
  /** The same time of day every so many days. */
  | { readonly kind: 'days'; readonly days: number; readonly startAt: Date; readonly timeZone: string }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly timeZone: string };
