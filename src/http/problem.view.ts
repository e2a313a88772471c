import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { problems } from './problem-codes.js';

/** One fault, for the OpenAPI document. */
@ApiSchema({ name: 'Fault' })
export class FaultView {
  @ApiProperty({
    description: 'JSON Pointer into the body; with invalid-query it names the parameter',
    example: '/targets/assets/0',
  })
  pointer!: string;

  @ApiProperty({ description: 'Which rule; the list only grows', example: 'not-found' })
  code!: string;

  @ApiProperty({ description: 'What to do about it', example: 'There is no asset PC-0042' })
  detail!: string;
}

/** Problem details, for the OpenAPI document. */
@ApiSchema({ name: 'Problem' })
export class ProblemView {
  @ApiProperty({ example: 'urn:winch:problem:validation-failed' })
  type!: string;

  @ApiProperty({ example: 'The request breaks one or more rules' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 422 })
  status!: number;

  @ApiProperty({ example: 'The body breaks one or more rules: see errors.' })
  detail!: string;

  @ApiProperty({ description: 'The path that was asked', example: '/api/v1/assets' })
  instance!: string;

  @ApiProperty({
    description: 'Branch on this; the list only grows',
    enum: Object.keys(problems),
    example: 'validation-failed',
  })
  code!: string;

  @ApiProperty({ type: [FaultView], required: false, description: 'Every fault at once' })
  errors?: FaultView[];

  @ApiProperty({ required: false, description: "A 500's id in the log" })
  id?: string;
}
