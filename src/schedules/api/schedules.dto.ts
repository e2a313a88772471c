import { ApiSchema } from '@nestjs/swagger';
import { checkNumber, checkObject, checkWord } from '../../http/field-checks.js';
import {
  field,
  FlagField,
  InstantField,
  NameField,
  NumberField,
  ObjectField,
  TextField,
  TextListField,
  WordField,
} from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import { MAX_DAYS } from '../domain/occurrences.js';
import {
  MISSED_POLICIES,
  type MissedPolicy,
  OVERLAP_POLICIES,
  type OverlapPolicy,
} from '../domain/schedule.js';
import { WEEKDAYS, type Weekday } from '../domain/trigger.js';

const REFERENCE = { minLength: 1, maxLength: 255 };
const TIME_OF_DAY = {
  maxLength: 5,
  pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
  patternHint: 'Must be a time of day such as 22:00',
};
const MAX_PACKAGES = 20;
const MAX_TARGETS = 20_000;
const MAX_GROUPS = 1000;
const YEAR_SECONDS = 366 * 86_400;

/** A whole number of a range, or the word `last`. */
function NumberOrLastField(description: string, max: number): PropertyDecorator {
  const schema = {
    oneOf: [
      { type: 'integer', minimum: 1, maximum: max },
      { type: 'string', enum: ['last'] },
    ],
  };
  return field({ description, optional: true, example: 'last' }, schema, (value) =>
    typeof value === 'number' ? checkNumber(value, { min: 1, max }) : checkWord(value, ['last']),
  );
}

@ApiSchema({ name: 'Every' })
export class EveryBody {
  @NumberField({ description: 'Elapsed minutes', optional: true, min: 1, max: 525_600 })
  minutes?: number;

  @NumberField({ description: 'Elapsed hours', optional: true, min: 1, max: 8784, example: 6 })
  hours?: number;

  @NumberField({
    description: 'Calendar days, at the same time of day',
    optional: true,
    min: 1,
    max: MAX_DAYS,
  })
  days?: number;
}

@ApiSchema({ name: 'Monthly' })
export class MonthlyBody {
  @NumberOrLastField('Day of the month; a month without that day is left out', 31)
  day?: number | 'last';

  @WordField({ description: 'With nth', optional: true, words: WEEKDAYS, example: 'tuesday' })
  weekday?: Weekday;

  @NumberOrLastField('Which of these weekdays in the month', 5)
  nth?: number | 'last';
}

@ApiSchema({ name: 'Trigger' })
export class TriggerDto {
  @InstantField({ description: 'Once, at this instant', optional: true })
  once?: string;

  @ObjectField(() => EveryBody, { description: 'Again and again, from startAt', optional: true })
  every?: EveryBody;

  @field(
    { description: 'Each day', optional: true, example: true },
    { type: 'boolean', enum: [true] },
    (value) =>
      value === true ? [] : [{ pointer: '', code: 'unknown-value', detail: 'Must be true, or left out' }],
  )
  daily?: true;

  @field(
    { description: 'On these days of each week', optional: true, example: ['monday', 'thursday'] },
    { type: 'array', items: { type: 'string', enum: [...WEEKDAYS] }, minItems: 1, maxItems: 7 },
    checkWeekdays,
  )
  weekly?: Weekday[];

  @ObjectField(() => MonthlyBody, { description: 'On a day of each month', optional: true })
  monthly?: MonthlyBody;

  @TextField({
    description: 'Five fields: minute, hour, day of month, month, day of week; L and # are known',
    optional: true,
    minLength: 1,
    maxLength: 200,
    example: '30 4 * * 1-5',
  })
  cron?: string;

  @TextField({
    description: 'With daily, weekly and monthly',
    optional: true,
    ...TIME_OF_DAY,
    example: '22:00',
  })
  at?: string;

  @NumberField({ description: 'On its days, again every so many hours', optional: true, min: 1, max: 23 })
  repeatEveryHours?: number;

  @TextField({
    description: 'Not later than this; 23:59 when left out',
    optional: true,
    ...TIME_OF_DAY,
    example: '06:00',
  })
  repeatUntil?: string;

  @InstantField({ description: 'Where every counts from; now when left out', optional: true })
  startAt?: string;

  @TextField({
    description: 'An IANA name; UTC when left out',
    optional: true,
    minLength: 1,
    maxLength: 100,
    example: 'Europe/Berlin',
  })
  timeZone?: string;
}

function checkWeekdays(value: unknown) {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= WEEKDAYS.length;
  const isKnown = isList && value.every((day) => WEEKDAYS.some((known) => known === day));
  return isKnown
    ? []
    : [{ pointer: '', code: 'unknown-value', detail: `Must be a list of ${WEEKDAYS.join(', ')}` }];
}

@ApiSchema({ name: 'ScheduledPackage' })
export class ScheduledPackageBody {
  @TextField({ description: 'The package, by name or id', ...REFERENCE, example: '7-Zip 24.09' })
  package!: string;

  @NumberField({
    description: 'Its revision; the newest one each time when left out',
    optional: true,
    min: 1,
    max: 1_000_000_000,
  })
  revision?: number;

  @field(
    {
      description: "Values of the package's parameters; secret ones are sealed",
      optional: true,
      example: { EDITION: 'full' },
    },
    { type: 'object', additionalProperties: { type: 'string' } },
    checkObject,
  )
  parameters?: Record<string, unknown>;
}

@ApiSchema({ name: 'ScheduledExclusions' })
export class ScheduledSelectionBody {
  @TextListField({
    description: 'Names or ids of assets',
    optional: true,
    item: REFERENCE,
    maxItems: MAX_TARGETS,
    example: ['PC-0042'],
  })
  assets?: string[];

  @TextListField({
    description: 'Names or ids of groups',
    optional: true,
    item: REFERENCE,
    maxItems: MAX_GROUPS,
    example: ['Finance'],
  })
  groups?: string[];

  @field(
    { description: 'A filter as dynamic groups have it', optional: true, example: { tags: ['pilot'] } },
    { type: 'object', additionalProperties: true },
    checkObject,
  )
  filter?: Record<string, unknown>;
}

/** Looked up anew at each occurrence. */
@ApiSchema({ name: 'ScheduledTargets' })
export class ScheduledTargetsBody extends ScheduledSelectionBody {
  @ObjectField(() => ScheduledSelectionBody, { description: 'What to leave out', optional: true })
  exclude?: ScheduledSelectionBody;
}

@ApiSchema({ name: 'NewSchedule' })
export class NewScheduleBody {
  @NameField({ description: 'Unique, whatever the case', example: 'Patch Tuesday' })
  name!: string;

  @TextField({ description: 'What it is for', optional: true, maxLength: 2000, multiline: true, default: '' })
  description?: string;

  @FlagField({ description: 'A disabled schedule is never due', optional: true, default: true })
  enabled?: boolean;

  @ObjectField(() => TriggerDto, { description: 'When it is due' })
  trigger!: TriggerDto;

  @ObjectField(() => ScheduledPackageBody, {
    description: 'What is deployed; an asset runs them in this order',
    list: { maxItems: MAX_PACKAGES },
  })
  packages!: ScheduledPackageBody[];

  @ObjectField(() => ScheduledTargetsBody, { description: 'Where to' })
  targets!: ScheduledTargetsBody;

  @WordField({
    description:
      'An occurrence that Winch was not there for: run-once orders it as soon as it is back, skip leaves it out',
    optional: true,
    words: MISSED_POLICIES,
    default: 'run-once',
  })
  missed?: MissedPolicy;

  @WordField({
    description:
      'While its last deployment has not finished: skip leaves an occurrence out, run orders it all the same',
    optional: true,
    words: OVERLAP_POLICIES,
    default: 'skip',
  })
  overlap?: OverlapPolicy;

  @FlagField({
    description: 'Leave out assets on which the same revision succeeded the last time',
    optional: true,
    default: false,
  })
  skipSucceeded?: boolean;

  @NumberField({
    description: 'How long after it was due a run may still start; a day when left out',
    optional: true,
    min: 60,
    max: YEAR_SECONDS,
  })
  expiresAfterSeconds?: number;

  @NumberField({ description: 'Higher goes first', optional: true, min: -100, max: 100, default: 0 })
  priority?: number;
}

export class ScheduleQuery extends ListQuery {
  @TextField({ description: 'Part of the name', optional: true, maxLength: 255 })
  q?: string;

  @TextField({ description: 'The whole name, whatever the case', optional: true, maxLength: 255 })
  name?: string;
}
