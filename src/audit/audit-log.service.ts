import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { Page } from '../database/page.js';
import type { Clock } from '../shared/clock.js';
import { Loop } from '../shared/loop.js';
import type { AuditEntry } from './domain/audit-entry.js';
import { type AuditFilter, AuditStore } from './persistence/audit-store.js';

export type { AuditFilter };

const TICK_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** One short transaction each: other writers go on in between. */
const ENTRIES_AT_A_TIME = 500;

/** The audit log, to be read, and how long it is kept. */
@Injectable()
export class AuditLog implements OnApplicationBootstrap, OnModuleDestroy {
  #isStopping = false;
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: async () => void (await this.retain()),
    onError: (error) => this.logger.error({ err: error }, 'audit.retention-failed'),
  });

  constructor(
    @Inject(AuditStore) private readonly store: AuditStore,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.#isStopping = true;
    await this.#loop.stop();
  }

  async list(filter: AuditFilter): Promise<Page<AuditEntry>> {
    return this.store.list(filter);
  }

  /** Removes what is older than it is kept; answers how many entries. */
  async retain(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - this.config.keepAuditDays * DAY_MS).toISOString();
    let removed = 0;
    for (let found = ENTRIES_AT_A_TIME; found === ENTRIES_AT_A_TIME && !this.#isStopping;) {
      found = await this.store.removeSome(before, ENTRIES_AT_A_TIME);
      removed += found;
    }
    if (removed > 0) this.logger.info({ entries: removed }, 'audit.removed');
    return removed;
  }
}
