import { type Weekday, WEEKDAYS } from '../../schedules/domain/trigger.js';
import { nextOccurrence } from '../../schedules/domain/occurrences.js';

/** On these days, from a time of day, for so many minutes of elapsed time: over midnight, and over a change of the clocks too. */
export interface MaintenanceWindow {
  readonly days: readonly Weekday[];
  /** `HH:MM`. One that spring skips is the first minute after the gap; one that autumn doubles is the first of both. */
  readonly from: string;
  readonly durationMinutes: number;
}

/** When runs may be under way on a group's assets. */
export interface Maintenance {
  /** An IANA name. */
  readonly timeZone: string;
  readonly windows: readonly MaintenanceWindow[];
}

const MINUTE_MS = 60_000;
/** Windows that follow each other without a gap are one; a week of them is as good as no end. */
const MOST_IN_A_ROW = 14;

/** Until when maintenance goes on that goes on now; null when there is none. */
export function openUntil(maintenance: Maintenance, now: Date): Date | null {
  let until: Date | null = null;
  for (let joined = 0; joined < MOST_IN_A_ROW; joined++) {
    const further = latestEnd(maintenance, until ?? now);
    if (further === null) return until;
    until = further;
  }
  return until;
}

/** The latest end of the windows that are open at an instant; one that ends right then is not. */
function latestEnd({ timeZone, windows }: Maintenance, instant: Date): Date | null {
  const ends = windows.flatMap((window) => {
    const durationMs = window.durationMinutes * MINUTE_MS;
    const pattern = cronPattern(window);
    // The first one that began so lately that it is still open: the others end earlier.
    let last: Date | null = null;
    let start = nextOccurrence(
      { kind: 'pattern', pattern, timeZone },
      new Date(instant.getTime() - durationMs),
    );
    while (start !== null && start <= instant) {
      last = start;
      start = nextOccurrence({ kind: 'pattern', pattern, timeZone }, start);
    }
    return last === null ? [] : [last.getTime() + durationMs];
  });
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

function cronPattern({ days, from }: MaintenanceWindow): string {
  const [hour = '0', minute = '0'] = from.split(':');
  const weekdays = days.map((day) => WEEKDAYS.indexOf(day)).join(',');
  return `${Number(minute)} ${Number(hour)} * * ${weekdays}`;
}
