import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { Loop } from '../shared/loop.js';
import { newScan } from './domain/new-scan.js';
import { isScanDue, type ScanHistory } from './domain/timer.js';
import { ScanStore } from './persistence/scan-store.js';
import { ScanBells } from './scan-bells.js';

const TICK_MS = 60_000;
const ASSETS_AT_A_TIME = 500;
const DAY_MS = 24 * 3_600_000;
/** How long scans that have ended can be read; what they found is kept with the asset. */
const KEEP_DAYS = 30;

/** Orders the scan of each active asset whose time has come, and removes the records of old scans. */
@Injectable()
export class ScanTimer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: () => this.turn(),
    onError: (error) => this.logger.error({ err: error }, 'scan.timer-failed'),
  });

  constructor(
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(ScanStore) private readonly store: ScanStore,
    @Inject(ScanBells) private readonly bells: ScanBells,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  async turn(): Promise<void> {
    if (this.config.scanEveryHours > 0) await this.#orderDue(this.config.scanEveryHours);
    const before = new Date(this.clock.now().getTime() - KEEP_DAYS * DAY_MS).toISOString();
    await this.store.removeFinished(before, ASSETS_AT_A_TIME);
  }

  async #orderDue(everyHours: number): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.assets.list({
        state: 'active',
        sort: 'createdAt',
        limit: ASSETS_AT_A_TIME,
        cursor,
      });
      await this.#order(page.items, everyHours);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async #order(assets: readonly Asset[], everyHours: number): Promise<void> {
    if (assets.length === 0) return;
    const now = this.clock.now();
    const histories = await this.store.historyOf(assets.map(({ id }) => id));
    const due = assets.filter((asset) =>
      isScanDue(asset, histories.get(asset.id) ?? NEVER, { everyHours, now }),
    );
    if (due.length === 0) return;
    await this.store.insert(due.map((asset) => newScan(asset, { cause: 'timer' }, now.toISOString())));
    this.logger.info({ assets: due.length }, 'scan.timer');
    this.bells.ring();
  }
}

const NEVER: ScanHistory = { lastOrderedAt: null, lastSucceededAt: null, hasOpen: false };
