import { Module } from '@nestjs/common';
import { AssetsController } from './api/assets.controller.js';
import { AssetsService } from './assets.service.js';
import { AssetStore } from './persistence/asset-store.js';

@Module({
  controllers: [AssetsController],
  providers: [AssetStore, AssetsService],
  exports: [AssetsService],
})
export class AssetsModule {}
