import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { CredentialsController } from './api/credentials.controller.js';
import { CredentialsService } from './credentials.service.js';
import { CredentialStore } from './persistence/credential-store.js';

@Module({
  imports: [AssetsModule, GroupsModule],
  controllers: [CredentialsController],
  providers: [CredentialStore, CredentialsService],
  exports: [CredentialsService],
})
export class CredentialsModule {}
