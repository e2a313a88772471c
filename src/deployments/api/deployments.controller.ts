import { Body, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiQuery, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Caller, nameOf } from '../../access/domain/caller.js';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { DeploymentsService } from '../deployments.service.js';
import {
  DeploymentPreviewView,
  DeploymentQuery,
  DeploymentView,
  NewDeploymentBody,
  orderOf,
  viewOfDeployment,
} from './deployments.dto.js';
import { DryRunQuery } from './dry-run.dto.js';
import { RunQuery, RunView, viewOfRun } from './runs.dto.js';

const DeploymentPage = pageOf(DeploymentView);
const RunPage = pageOf(RunView);
const ID = "The deployment's id";

/** `/deployments`: orders, and what became of them. */
@ApiController('deployments', 'Deployments')
@ApiExtraModels(DeploymentView, DeploymentPage, DeploymentPreviewView, RunView, RunPage)
export class DeploymentsController {
  constructor(@Inject(DeploymentsService) private readonly deployments: DeploymentsService) {}

  @Post()
  @RequireRole('operator')
  @Idempotent()
  @ApiQuery({ name: 'dryRun', required: false, schema: { type: 'boolean', default: false } })
  @Operation({
    summary: 'Deploy a package',
    details:
      'Resolves the targets at once and releases a run per asset as soon as the asset is free. The answer comes before anything has run: follow /deployments/{id}/events. With dryRun=true it only answers, with 200, which assets it would reach.',
    answer: {
      status: 202,
      description: 'The deployment; for a dry run its targets',
      schema: {
        oneOf: [{ $ref: getSchemaPath(DeploymentView) }, { $ref: getSchemaPath(DeploymentPreviewView) }],
      },
      headers: { Location: 'The path of the deployment' },
    },
    problems: ['malformed-json', 'validation-failed', 'too-many-targets', 'idempotency-key-reused'],
  })
  async create(
    @Body() body: NewDeploymentBody,
    @Query() query: DryRunQuery,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DeploymentView | DeploymentPreviewView> {
    const order = orderOf(body);
    if (query.dryRun === true) {
      response.status(200);
      const assets = await this.deployments.preview(order, nameOf(caller));
      return { count: assets.length, targets: assets.map(({ id, name }) => ({ id, name })) };
    }
    const deployment = await this.deployments.create(order, nameOf(caller));
    response.location(`/api/v1/deployments/${deployment.id}`);
    return viewOfDeployment(deployment, await this.deployments.counts([deployment.id]));
  }

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'List deployments',
    details: 'Sorts by createdAt, the newest first by default.',
    answer: { status: 200, description: 'A page of deployments', type: DeploymentPage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: DeploymentQuery): Promise<Page<DeploymentView>> {
    const { state, ticketId, ticketSystem, package: packageName } = query;
    const filter = { state, ticketId, ticketSystem, packageName };
    const page = await this.deployments.list(filter, query);
    const counts = await this.deployments.counts(page.items.map((deployment) => deployment.id));
    return mapPage(page, (deployment) => viewOfDeployment(deployment, counts));
  }

  @Get(':id')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'Read a deployment',
    answer: { status: 200, description: 'The deployment with its counts', type: DeploymentView },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string): Promise<DeploymentView> {
    const deployment = await this.deployments.get(id);
    return viewOfDeployment(deployment, await this.deployments.counts([deployment.id]));
  }

  @Get(':id/runs')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'List the runs of a deployment',
    details: 'One per asset, with its steps. Sorts by assetName (default) or createdAt.',
    answer: { status: 200, description: 'A page of runs', type: RunPage },
    problems: ['not-found', 'invalid-query'],
  })
  async runs(@Param('id') id: string, @Query() query: RunQuery): Promise<Page<RunView>> {
    const deployment = await this.deployments.get(id);
    const { state, outcome, failureReason, assetId } = query;
    const filter = { deploymentId: deployment.id, state, outcome, failureReason, assetId };
    return mapPage(await this.deployments.runs(filter, query), viewOfRun);
  }
}
