import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { NumberField, ObjectField, TextField, TextListField, WordField, field } from '../../http/fields.js';
import { checkObject } from '../../http/field-checks.js';
import { ListQuery } from '../../http/list-query.js';
import type { DeploymentOrder, TargetSelection } from '../domain/deployment-order.js';
import { tallyOf } from '../domain/tally.js';
import { DEPLOYMENT_STATES, type DeploymentState } from '../domain/run-state.js';
import type { Count, Deployment } from '../deployments.service.js';
import { RolloutFields, rolloutOf, RolloutViewFields, viewOfRollout } from './rollout.dto.js';

/** A name or an id. */
const REFERENCE = { minLength: 1, maxLength: 255 };
const MAX_TARGETS = 20_000;
const MAX_GROUPS = 1000;

@ApiSchema({ name: 'Exclusions' })
export class ExclusionsBody {
  @TextListField({
    description: 'Names or ids of assets. One that is named twice counts once',
    optional: true,
    item: REFERENCE,
    maxItems: MAX_TARGETS,
    example: ['PC-0042'],
  })
  assets?: string[];

  @TextListField({
    description: 'Names or ids of groups: the active assets that they hold now',
    optional: true,
    item: REFERENCE,
    maxItems: MAX_GROUPS,
    example: ['Finance'],
  })
  groups?: string[];

  @field(
    {
      description: 'A filter as dynamic groups have it: the active assets that it finds now',
      optional: true,
      example: { tags: ['pilot'] },
    },
    { type: 'object', additionalProperties: true },
    checkObject,
  )
  filter?: Record<string, unknown>;
}

/** Assets, groups and filter add up; what `exclude` says is then taken away. */
@ApiSchema({ name: 'Targets' })
export class TargetsBody extends ExclusionsBody {
  @ObjectField(() => ExclusionsBody, { description: 'What to leave out', optional: true })
  exclude?: ExclusionsBody;
}

@ApiSchema({ name: 'Ticket' })
export class TicketBody {
  @TextField({
    description: 'Which system the ticket is in',
    minLength: 1,
    maxLength: 100,
    example: 'servicenow',
  })
  system!: string;

  @TextField({ description: 'Its number there', minLength: 1, maxLength: 255, example: 'CHG0031337' })
  id!: string;
}

@ApiSchema({ name: 'NewDeployment' })
export class NewDeploymentBody extends RolloutFields {
  @TextField({ description: 'The package, by name or id', ...REFERENCE, example: '7-Zip 24.09' })
  package!: string;

  @NumberField({
    description: 'Its revision; the latest when left out',
    optional: true,
    min: 1,
    max: 1_000_000_000,
  })
  revision?: number;

  @WordField({
    description: 'The account of the steps; the other run modes come in a later version',
    optional: true,
    words: ['system'],
  })
  runMode?: 'system';

  @ObjectField(() => TargetsBody, { description: 'Where to' })
  targets!: TargetsBody;

  @NumberField({
    description: 'How many assets it is meant to reach at the most; more are refused',
    optional: true,
    min: 0,
    max: 1_000_000,
    example: 12,
  })
  expectedTargets?: number;

  @field(
    { description: "Values of the package's parameters", optional: true, example: { EDITION: 'full' } },
    { type: 'object', additionalProperties: { type: 'string' } },
    checkObject,
  )
  parameters?: Record<string, unknown>;

  @ObjectField(() => TicketBody, { description: 'The ticket that this belongs to', optional: true })
  ticket?: TicketBody;

  @TextField({
    description:
      'Gets one signed deployment.finished when the deployment has ended. At the address of a registered webhook, or below it',
    optional: true,
    minLength: 1,
    maxLength: 2000,
    example: 'https://itsm.example/hooks/winch?ticket=CHG0031337',
  })
  callbackUrl?: string;
}

export class DeploymentQuery extends ListQuery {
  @WordField({ description: 'Its state', optional: true, words: DEPLOYMENT_STATES })
  state?: DeploymentState;

  @TextField({ description: "The ticket's number", optional: true, maxLength: 255 })
  ticketId?: string;

  @TextField({ description: 'Which system the ticket is in', optional: true, maxLength: 100 })
  ticketSystem?: string;

  @TextField({ description: "The package's name", optional: true, maxLength: 255 })
  package?: string;
}

@ApiSchema({ name: 'Counts' })
export class CountsView {
  @ApiProperty({ description: 'Runs in all' })
  total!: number;

  @ApiProperty({
    description: 'Runs by state',
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { running: 2, finished: 10 },
  })
  byState!: Record<string, number>;

  @ApiProperty({
    description: 'Finished runs by outcome',
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { succeeded: 9, failed: 1 },
  })
  byOutcome!: Record<string, number>;
}

@ApiSchema({ name: 'Deployment' })
export class DeploymentView extends RolloutViewFields {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  packageId!: string;

  @ApiProperty({ description: "The package's name when it was ordered", example: '7-Zip 24.09' })
  package!: string;

  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ enum: ['system'] })
  runMode!: string;

  @ApiProperty({ enum: DEPLOYMENT_STATES })
  state!: DeploymentState;

  @ApiProperty({ description: 'Who ordered it', example: 'alice@example.com (key ServiceNow)' })
  executor!: string;

  @ApiProperty({ type: TicketBody, nullable: true })
  ticket!: TicketBody | null;

  @ApiProperty({
    description: 'Values of the parameters that are not secret',
    type: 'object',
    additionalProperties: { type: 'string' },
  })
  parameters!: Record<string, string>;

  @ApiProperty({ type: CountsView })
  counts!: CountsView;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When its first run started',
  })
  startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When its last run ended' })
  finishedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  cancelRequestedAt!: string | null;
}

@ApiSchema({ name: 'PreviewedTarget' })
export class PreviewedTargetView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'PC-0042' })
  name!: string;
}

@ApiSchema({ name: 'DeploymentPreview' })
export class DeploymentPreviewView {
  @ApiProperty({ type: 'integer', description: 'How many assets it would reach' })
  count!: number;

  @ApiProperty({ type: [PreviewedTargetView] })
  targets!: PreviewedTargetView[];
}

/** What the service takes, of what came over HTTP. */
export function orderOf(body: NewDeploymentBody): DeploymentOrder {
  const { targets, revision, expectedTargets, ticket, callbackUrl } = body;
  return {
    package: body.package,
    revision,
    targets: { ...selectionOf(targets), exclude: selectionOf(targets.exclude ?? {}) },
    expectedTargets,
    parameters: body.parameters ?? {},
    ticket: ticket && { system: ticket.system, id: ticket.id },
    callbackUrl,
    rollout: rolloutOf(body),
  };
}

function selectionOf({ assets = [], groups = [], filter }: ExclusionsBody): TargetSelection {
  return { assets, groups, filter };
}

export function viewOfDeployment(deployment: Deployment, counts: readonly Count[]): DeploymentView {
  const { id, packageId, packageName, revision, runMode, state, executor, ticketSystem, ticketId } =
    deployment;
  const { parameters, createdAt, startedAt, finishedAt, cancelRequestedAt } = deployment;
  return {
    id,
    packageId,
    package: packageName,
    revision,
    runMode,
    state,
    executor,
    ticket: ticketSystem === null || ticketId === null ? null : { system: ticketSystem, id: ticketId },
    parameters,
    ...viewOfRollout(deployment),
    counts: tallyOf(counts.filter((count) => count.deploymentId === id)),
    createdAt,
    startedAt,
    finishedAt,
    cancelRequestedAt,
  };
}
