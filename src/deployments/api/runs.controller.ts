import { Get, Inject, Param, Query } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { DeploymentsService } from '../deployments.service.js';
import { RunQuery, RunView, viewOfRun } from './runs.dto.js';

const RunPage = pageOf(RunView);

/** `/runs`, and the runs of an asset. */
@ApiController('', 'Runs')
@ApiExtraModels(RunView, RunPage)
export class RunsController {
  constructor(@Inject(DeploymentsService) private readonly deployments: DeploymentsService) {}

  @Get('runs/:id')
  @RequireRole('viewer')
  @IdParam("The run's id")
  @Operation({
    summary: "Read one asset's run",
    answer: { status: 200, description: 'The run with its steps', type: RunView },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string): Promise<RunView> {
    return viewOfRun(await this.deployments.run(id));
  }

  @Get('assets/:id/runs')
  @RequireRole('viewer')
  @IdParam("The asset's id")
  @Operation({
    summary: 'List the runs of an asset',
    details: 'Sorts by assetName or createdAt; -createdAt gives the newest first.',
    answer: { status: 200, description: 'A page of runs', type: RunPage },
    problems: ['not-found', 'invalid-query'],
  })
  async ofAsset(@Param('id') assetId: string, @Query() query: RunQuery): Promise<Page<RunView>> {
    const { state, outcome, failureReason } = query;
    const filter = { assetId, state, outcome, failureReason };
    return mapPage(await this.deployments.runsOfAsset(filter, query), viewOfRun);
  }
}
