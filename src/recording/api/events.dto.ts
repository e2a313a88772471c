import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { InvalidQueryError } from '../../database/page.js';
import { QueryNumberField, TextField } from '../../http/fields.js';

export class EventQuery {
  @QueryNumberField({ description: 'Only events after this seq', min: 0, max: 1_000_000_000, default: 0 })
  afterSeq?: number;

  @QueryNumberField({ description: 'Events per page', min: 1, max: 500, default: 50 })
  limit?: number;
}

export class OutputQuery {
  @TextField({ description: 'Only this step: its index or its name', optional: true, maxLength: 200 })
  step?: string;
}

@ApiSchema({
  name: 'RunEvent',
  description:
    'One recorded fact. Further fields by type: step.output has index, stream and text; step.finished index, returnCode, verdict and next; run.finished outcome, failureReason and failureDetail.',
})
export class RunEventView {
  @ApiProperty({
    type: 'integer',
    description:
      'Position in the run, from 1 without gaps; once the output is no longer kept (outputRemovedAt of the run), those of step.output are missing',
  })
  seq!: number;

  @ApiProperty({ type: 'integer', description: 'Store-wide, rising' })
  eventId!: number;

  @ApiProperty({ format: 'uuid' })
  targetRunId!: string;

  @ApiProperty({ format: 'date-time', description: 'On the clock of whoever reported it' })
  at!: string;

  @ApiProperty({ example: 'step.output' })
  type!: string;
}

@ApiSchema({ name: 'RunEventPage' })
export class EventPageView {
  @ApiProperty({ type: [RunEventView] })
  items!: RunEventView[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'afterSeq of the next page; null when there is none yet',
  })
  nextAfterSeq!: number | null;
}

/** Which step is meant, by index or by name (whatever the case). @throws InvalidQueryError when it has none such. */
export function stepIndex(
  step: string | undefined,
  steps: readonly { readonly index: number; readonly name: string }[],
): number | undefined {
  if (step === undefined) return undefined;
  const found = steps.find(
    ({ index, name }) => String(index) === step || name.toLowerCase() === step.toLowerCase(),
  );
  if (found) return found.index;
  const detail = `The run has no step ${step}: give an index from 0 to ${steps.length - 1}, or a name`;
  throw new InvalidQueryError([{ pointer: '/step', code: 'not-found', detail }]);
}
