import { Module } from '@nestjs/common';
import { AssetsController } from './api/assets.controller.js';
import { AssetAddresses } from './asset-addresses.service.js';
import { AssetsService } from './assets.service.js';
import { AssetStore } from './persistence/asset-store.js';

@Module({
  controllers: [AssetsController],
  providers: [AssetStore, AssetsService, AssetAddresses],
  exports: [AssetsService, AssetAddresses],
})
export class AssetsModule {}
