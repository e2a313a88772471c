import { Inject, Param, Post } from '@nestjs/common';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { RequireRole } from '../../http/require-role.js';
import { QueueService } from '../queue.service.js';

const ID = "The deployment's id";

/** Holding one deployment. */
@ApiController('deployments', 'Deployments')
export class PauseController {
  constructor(@Inject(QueueService) private readonly queue: QueueService) {}

  @Post(':id/pause')
  @RequireRole('operator')
  @IdParam(ID)
  @Operation({
    summary: 'Pause a deployment',
    details:
      'Releases no further run of it: waiting runs wait for paused, and may expire. Those that are queued or under way go on. Pausing twice changes nothing.',
    answer: { status: 204, description: 'It is paused' },
    problems: ['not-found', 'already-finished'],
  })
  async pause(@Param('id') id: string): Promise<void> {
    await this.queue.pauseDeployment(id);
  }

  @Post(':id/resume')
  @RequireRole('operator')
  @IdParam(ID)
  @Operation({
    summary: 'Resume a deployment',
    details: 'While the whole queue is paused, its runs still wait.',
    answer: { status: 204, description: 'Its runs are released again' },
    problems: ['not-found', 'already-finished'],
  })
  async resume(@Param('id') id: string): Promise<void> {
    await this.queue.resumeDeployment(id);
  }
}
