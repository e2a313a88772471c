import { Module } from '@nestjs/common';
import { AssetImportController } from './api/asset-import.controller.js';
import { AssetsController } from './api/assets.controller.js';
import { AssetImports } from './asset-imports.service.js';
import { AssetAddresses } from './asset-addresses.service.js';
import { AssetsService } from './assets.service.js';
import { AssetStore } from './persistence/asset-store.js';

@Module({
  controllers: [AssetImportController, AssetsController],
  providers: [AssetStore, AssetsService, AssetImports, AssetAddresses],
  exports: [AssetsService, AssetAddresses],
})
export class AssetsModule {}
