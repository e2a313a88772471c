import { nextOccurrence } from './occurrences.js';
import { parseTrigger } from './parse-trigger.js';
import type { Schedule } from './schedule.js';
import type { Trigger } from './trigger.js';

/** When a schedule is due next after an instant; null when it is disabled or has no occurrence left. */
export function nextRunAfter(
  schedule: Pick<Schedule, 'enabled' | 'trigger' | 'createdAt'>,
  after: Date,
): string | null {
  if (!schedule.enabled) return null;
  return nextOccurrence(storedTrigger(schedule), after)?.toISOString() ?? null;
}

/** The trigger of a stored schedule, which was checked when it came in. */
export function storedTrigger({ trigger, createdAt }: Pick<Schedule, 'trigger' | 'createdAt'>): Trigger {
  const parsing = parseTrigger(trigger, new Date(createdAt));
  if (parsing.ok) return parsing.trigger;
  throw new Error(`A stored trigger cannot be read: ${JSON.stringify(parsing.faults[0])}`);
}
