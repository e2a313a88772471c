import { Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { type Caller, nameOf } from '../../access/domain/caller.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { RequireRole } from '../../http/require-role.js';
import { CancellationService } from '../cancellation.service.js';

/** Cancelling runs. The answer comes when the wish is recorded; the run tells when it has been carried out. */
@ApiController('', 'Deployments')
export class CancelController {
  constructor(@Inject(CancellationService) private readonly cancellation: CancellationService) {}

  @Post('runs/:id/cancel')
  @RequireRole('operator')
  @IdParam("The run's id")
  @Operation({
    summary: 'Cancel one run',
    details:
      'A run that nobody has begun ends at once. For one under way the wish stands until its asset has been told: its processes are ended there, and no final action follows. Asking twice changes nothing.',
    answer: {
      status: 202,
      description: 'The wish is recorded',
      headers: { Location: 'The path of the run' },
    },
    problems: ['not-found', 'already-finished'],
  })
  async cancelRun(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.cancellation.cancelRun(id, nameOf(caller));
    response.location(`/api/v1/runs/${id}`);
  }

  @Post('deployments/:id/cancel')
  @RequireRole('operator')
  @IdParam("The deployment's id")
  @Operation({
    summary: 'Cancel a deployment',
    details: 'Cancels every run of it that has not finished.',
    answer: {
      status: 202,
      description: 'The wish is recorded',
      headers: { Location: 'The path of the deployment' },
    },
    problems: ['not-found', 'already-finished'],
  })
  async cancelDeployment(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.cancellation.cancelDeployment(id, nameOf(caller));
    response.location(`/api/v1/deployments/${id}`);
  }
}
