import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { GroupsController } from './api/groups.controller.js';
import { GroupPoliciesService } from './group-policies.service.js';
import { GroupsService } from './groups.service.js';
import { GroupStore } from './persistence/group-store.js';

@Module({
  imports: [AssetsModule],
  controllers: [GroupsController],
  providers: [GroupStore, GroupsService, GroupPoliciesService],
  exports: [GroupsService, GroupPoliciesService],
})
export class GroupsModule {}
