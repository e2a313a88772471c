import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import { DeploymentsService } from '../deployments/deployments.service.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError } from '../shared/errors.js';
import { decideWave } from './domain/decide-wave.js';
import { QueueStore } from './persistence/queue-store.js';
import { WaveStore } from './persistence/wave-store.js';

/** Lets waves of deployments begin one after the other, and halts a deployment of which too much fails. */
@Injectable()
export class WavesService {
  constructor(
    @Inject(WaveStore) private readonly store: WaveStore,
    @Inject(QueueStore) private readonly queue: QueueStore,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  /** Opens the waves that are due, and halts what has to halt. */
  async advance(now: Date): Promise<void> {
    for (const { deployment, progress } of await this.store.open()) {
      const decision = decideWave(deployment, progress, now);
      const { id } = deployment;
      if (decision?.do === 'open') {
        await this.store.openUpTo(id, decision.wave);
      } else if (decision?.do === 'halt') {
        const { reason } = decision;
        await this.queue.pauseDeployment(id, { at: now.toISOString(), by: 'winch', reason });
        this.logger.warn({ deploymentId: id, reason }, 'deployment.halted');
      }
    }
  }

  /**
   * Lets the next wave begin, whatever it waits for: the open one to end, its soak time, its gate.
   *
   * @throws NotFoundError; ConflictError when no wave is left.
   */
  async openNext(id: string): Promise<void> {
    const deployment = await this.deployments.get(id);
    const next = await this.store.nextWave(deployment.id);
    if (next === null)
      throw new ConflictError(
        'No run of the deployment waits for a wave: GET /api/v1/deployments/{id}/runs shows what they wait for',
      );
    await this.store.openUpTo(deployment.id, next);
    const at = this.clock.now().toISOString();
    this.logger.info({ deploymentId: id, wave: next + 1, at }, 'wave.opened');
  }
}
