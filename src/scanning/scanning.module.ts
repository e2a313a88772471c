import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { Metrics } from '../http/metrics.js';
import { RecordingModule } from '../recording/recording.module.js';
import { ScanDoorController } from './api/scan-door.controller.js';
import { ScansController } from './api/scans.controller.js';
import { SoftwareController } from './api/software.controller.js';
import { InventoriesService } from './inventories.service.js';
import { InventoryStore } from './persistence/inventory-store.js';
import { ScanStore } from './persistence/scan-store.js';
import { SoftwareStore } from './persistence/software-store.js';
import { RescanOrders } from './rescan-orders.service.js';
import { ScanBells } from './scan-bells.js';
import { ScanDispatcher } from './scan-dispatcher.service.js';
import { ScanFigures } from './scan-figures.service.js';
import { ScanTimer } from './scan-timer.service.js';
import { ScansService } from './scans.service.js';

/** Looks at assets: on demand, on a timer, and after the runs that may have changed them. */
@Module({
  imports: [AssetsModule, DispatchModule, RecordingModule],
  controllers: [ScansController, SoftwareController, ScanDoorController],
  providers: [
    ScanStore,
    InventoryStore,
    SoftwareStore,
    ScanBells,
    ScanFigures,
    ScansService,
    InventoriesService,
    RescanOrders,
    ScanDispatcher,
    ScanTimer,
  ],
})
export class ScanningModule implements OnModuleInit {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(ScanFigures) private readonly figures: ScanFigures,
  ) {}

  onModuleInit(): void {
    this.metrics.register(this.figures.all);
  }
}
