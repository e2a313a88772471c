import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { SharesController } from './api/shares.controller.js';
import { ShareStore } from './persistence/share-store.js';
import { SharesService } from './shares.service.js';

@Module({
  imports: [AssetsModule, CredentialsModule],
  controllers: [SharesController],
  providers: [ShareStore, SharesService],
  exports: [SharesService],
})
export class SharesModule {}
