import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { DispatchModule } from '../dispatch/dispatch.module.js';
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
    ScansService,
    InventoriesService,
    RescanOrders,
    ScanDispatcher,
    ScanTimer,
  ],
})
export class ScanningModule {}
