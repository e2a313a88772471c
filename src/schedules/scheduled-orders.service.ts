import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { ownAct } from '../audit/domain/act.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import { sealText, unsealText } from '../credentials/domain/seal.js';
import { DeploymentsService } from '../deployments/deployments.service.js';
import { PackagesService } from '../packages/packages.service.js';
import type { Clock } from '../shared/clock.js';
import { ValidationError } from '../shared/errors.js';
import type { AssetId } from '../shared/ids.js';
import type { Firing, FiringResult, Schedule } from './domain/schedule.js';
import { scheduledOrder } from './domain/scheduled-order.js';
import { ScheduleStore } from './persistence/schedule-store.js';

type Secrets = readonly Readonly<Record<string, string>>[];

const secretsSchema = z.array(z.record(z.string(), z.string()));

/** Seals the secret parameters of a schedule's packages; null when none has any. */
export function sealScheduleSecrets(id: string, secrets: Secrets, masterKey: Buffer): string | null {
  const isEmpty = secrets.every((each) => Object.keys(each).length === 0);
  return isEmpty ? null : sealText(JSON.stringify(secrets), masterKey, id);
}

/** Places the orders of schedules. Each package of an occurrence is ordered at most once, whatever dies in between. */
@Injectable()
export class ScheduledOrders {
  constructor(
    @Inject(ScheduleStore) private readonly store: ScheduleStore,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(PackagesService) private readonly packages: PackagesService,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Orders what an occurrence has not ordered yet. */
  async order(schedule: Schedule, dueAt: string): Promise<void> {
    const decided = await this.store.decided(schedule.id, dueAt);
    for (const position of schedule.packages.keys()) {
      if (!decided.has(position)) await this.#orderOne(schedule, dueAt, position);
    }
  }

  /** Says of a whole occurrence why nothing was ordered. */
  async leaveOut(schedule: Schedule, dueAt: string, result: FiringResult, detail: string): Promise<void> {
    const decided = await this.store.decided(schedule.id, dueAt);
    for (const position of schedule.packages.keys()) {
      if (!decided.has(position))
        await this.store.record(this.#firing(schedule, { dueAt, position, result, detail }));
    }
  }

  async #orderOne(schedule: Schedule, dueAt: string, position: number): Promise<void> {
    const firing = this.#firing(schedule, { dueAt, position, result: 'ordered', detail: '' });
    try {
      const order = scheduledOrder(schedule, {
        position,
        dueAt: new Date(dueAt),
        secrets: this.#secrets(schedule),
        without: await this.#succeeded(schedule, position),
      });
      const actor = { kind: 'schedule', id: schedule.id, name: `schedule ${schedule.name}` } as const;
      await this.audit.during(ownAct(actor, 'deployment.create', 'deployments'), () =>
        this.deployments.create(order, actor.name, (tx, deploymentId) =>
          this.store.recordIn(tx, { ...firing, deploymentId }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      const detail = error.faults.map((fault) => `${fault.pointer}: ${fault.detail}`).join('; ');
      const result = isEmptyTargets(error) ? 'no-targets' : 'refused';
      await this.store.record({ ...firing, result, detail });
    }
  }

  async #succeeded({ skipSucceeded, packages }: Schedule, position: number): Promise<readonly AssetId[]> {
    const scheduled = packages[position];
    if (!skipSucceeded || !scheduled) return [];
    const found = await this.packages.findRevision(scheduled.packageId, scheduled.revision ?? undefined);
    if (!found.ok) return [];
    return this.deployments.assetsWhereSucceeded(scheduled.packageId, found.stored.revision);
  }

  #secrets({ id, sealedSecrets }: Schedule): Secrets {
    if (sealedSecrets === null) return [];
    return secretsSchema.parse(JSON.parse(unsealText(sealedSecrets, this.config.masterKey, id)));
  }

  #firing(
    { id }: Schedule,
    parts: Pick<Firing, 'dueAt' | 'position' | 'result' | 'detail'>,
  ): Omit<Firing, 'id'> {
    return { scheduleId: id, deploymentId: null, at: this.clock.now().toISOString(), ...parts };
  }
}

/** The one fault that is no mistake of the author: groups and filters may find nothing today. */
function isEmptyTargets({ faults }: ValidationError): boolean {
  return faults.length === 1 && faults[0]?.pointer === '/targets' && faults[0].code === 'missing-field';
}
