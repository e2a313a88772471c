import { Body, Inject, Param, Post } from '@nestjs/common';
import { type Caller, nameOf } from '../../access/domain/caller.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { RequireRole } from '../../http/require-role.js';
import { QueueService } from '../queue.service.js';
import { OverrideBody, PauseBody } from './queue.dto.js';

const ID = "The deployment's id";

/** Holding one deployment, and letting it go on. */
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
  async pause(
    @Param('id') id: string,
    @Body() { reason }: PauseBody,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.queue.pauseDeployment(id, nameOf(caller), reason ?? null);
  }

  @Post(':id/resume')
  @RequireRole('operator')
  @IdParam(ID)
  @Operation({
    summary: 'Resume a deployment',
    details:
      'While the whole queue is paused, its runs still wait. One that halted because too much failed halts again only by what fails from now on.',
    answer: { status: 204, description: 'Its runs are released again' },
    problems: ['not-found', 'already-finished'],
  })
  async resume(@Param('id') id: string): Promise<void> {
    await this.queue.resumeDeployment(id);
  }

  @Post(':id/next-wave')
  @RequireRole('operator')
  @IdParam(ID)
  @Operation({
    summary: 'Let the next wave of a deployment begin',
    details:
      'At once, whatever it waits for: the end of the wave before it, its soak time, its gate. A deployment that is paused stays so.',
    answer: { status: 204, description: 'Its runs may begin' },
    problems: ['not-found', 'conflict'],
  })
  async openNextWave(@Param('id') id: string): Promise<void> {
    await this.queue.openNextWave(id);
  }

  @Post(':id/override-windows')
  @RequireRole('operator')
  @IdParam(ID)
  @Operation({
    summary: 'Let the runs of a deployment begin outside of maintenance windows',
    details:
      'For good, with a reason. The deployment says who did it, and each run that begins outside of a window has the event window.overridden. The first override stays.',
    answer: { status: 204, description: 'No window holds its runs' },
    problems: ['malformed-json', 'validation-failed', 'not-found', 'already-finished'],
  })
  async overrideWindows(
    @Param('id') id: string,
    @Body() { reason }: OverrideBody,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.queue.overrideWindows(id, nameOf(caller), reason);
  }
}
