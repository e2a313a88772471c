import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Milestone, Milestones, RUN_FINISHED, RUN_STARTED } from '../recording/milestones.service.js';
import type { DeploymentId } from '../shared/ids.js';
import { Loop } from '../shared/loop.js';
import { Deliveries, type Notice } from '../webhooks/deliveries.service.js';
import type { EventType } from '../webhooks/domain/webhook.js';
import { dataOfDeployment, dataOfRun } from './notice-data.js';
import type { DeploymentEntity } from './persistence/deployment.entity.js';
import { type Count, DeploymentStore } from './persistence/deployment-store.js';

const TICK_MS = 500;
/** Events looked through in one step; most are output and are passed over in SQL. */
const EVENTS_AT_A_TIME = 5_000;

/**
 * Tells the webhooks what happens to deployments and runs. It reads the recorded events from where it stood, and queues
 * messages and moves on in one transaction: whatever dies in between, each message is queued exactly once.
 */
@Injectable()
export class Notices implements OnApplicationBootstrap, OnModuleDestroy {
  /** Ahead of what stands in SQL only by events that nobody is told of. */
  #position: number | undefined;
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: () => this.turn(),
    onError: (error) => this.logger.error({ err: error }, 'notices.failed'),
  });

  constructor(
    @Inject(Milestones) private readonly milestones: Milestones,
    @Inject(Deliveries) private readonly deliveries: Deliveries,
    @Inject(DeploymentStore) private readonly store: DeploymentStore,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** One turn: everything that has been recorded since the last one. */
  async turn(): Promise<void> {
    const latest = await this.milestones.latest();
    let from = this.#position ?? (await this.deliveries.position());
    while (from < latest) {
      const upTo = Math.min(latest, from + EVENTS_AT_A_TIME);
      const found = await this.milestones.between(from, upTo);
      if (found.length > 0 || upTo - from === EVENTS_AT_A_TIME)
        await this.deliveries.queue(await this.#noticesOf(found), upTo);
      from = upTo;
      this.#position = from;
    }
  }

  async #noticesOf(found: readonly Milestone[]): Promise<readonly Notice[]> {
    if (found.length === 0) return [];
    const wanted = await this.deliveries.wanted();
    const deployments = await this.store.byIds(found.map(({ deploymentId }) => deploymentId));
    const ends = await this.#ends([...deployments.values()], wanted);
    const counts = await this.store.counts([...deployments.keys()]);
    const notices: Notice[] = [];
    for (const milestone of found) {
      const deployment = deployments.get(milestone.deploymentId);
      if (deployment)
        notices.push(...(await this.#noticesAt(milestone, { deployment, wanted, ends, counts })));
    }
    return notices;
  }

  /** The event that ended each deployment that has ended and that someone wants to hear of. */
  async #ends(
    deployments: readonly DeploymentEntity[],
    wanted: ReadonlySet<EventType>,
  ): Promise<ReadonlyMap<DeploymentId, number | null>> {
    const told = deployments.filter(
      ({ state, callbackUrl }) =>
        state === 'finished' && (callbackUrl !== null || wanted.has('deployment.finished')),
    );
    const ends = new Map<DeploymentId, number | null>();
    for (const { id } of told) ends.set(id, await this.milestones.lastEnd(id));
    return ends;
  }

  async #noticesAt(milestone: Milestone, about: About): Promise<readonly Notice[]> {
    const { deployment, wanted, ends } = about;
    const isStart = milestone.type === RUN_STARTED && wanted.has('deployment.started');
    if (isStart && (await this.milestones.isFirstStart(milestone)))
      return [noticeOf('deployment.started', milestone, about)];
    if (milestone.type !== RUN_FINISHED) return [];
    const isEnd = ends.get(deployment.id) === milestone.eventId;
    return [
      ...(wanted.has('run.finished') ? [await this.#runNotice(milestone, about)] : []),
      ...(isEnd ? [noticeOf('deployment.finished', milestone, about)] : []),
    ];
  }

  async #runNotice({ at, targetRunId }: Milestone, about: About): Promise<Notice> {
    const run = await this.store.runById(targetRunId);
    return { type: 'run.finished', at, data: { ...dataOf(about), run: run && dataOfRun(run) } };
  }
}

interface About {
  readonly deployment: DeploymentEntity;
  readonly wanted: ReadonlySet<EventType>;
  readonly ends: ReadonlyMap<DeploymentId, number | null>;
  /** Of all deployments of this step. */
  readonly counts: readonly Count[];
}

function noticeOf(
  type: 'deployment.started' | 'deployment.finished',
  { at }: Milestone,
  about: About,
): Notice {
  const { callbackUrl: url, callbackWebhookId: webhookId } = about.deployment;
  const isCalled = type === 'deployment.finished' && url !== null && webhookId !== null;
  return { type, at, data: dataOf(about), ...(isCalled ? { callback: { url, webhookId } } : {}) };
}

function dataOf({ deployment, counts }: About) {
  const own = counts.filter(({ deploymentId }) => deploymentId === deployment.id);
  return { deployment: dataOfDeployment(deployment, own) };
}
