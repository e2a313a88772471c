import { Module } from '@nestjs/common';
import { PackageFilesController } from './api/package-files.controller.js';
import { PackageImportsController } from './api/package-imports.controller.js';
import { PackageRevisionsController } from './api/package-revisions.controller.js';
import { PackagesController } from './api/packages.controller.js';
import { PackagesService } from './packages.service.js';
import { PackageStore } from './persistence/package-store.js';

@Module({
  controllers: [
    PackageFilesController,
    PackagesController,
    PackageRevisionsController,
    PackageImportsController,
  ],
  providers: [PackageStore, PackagesService],
  exports: [PackagesService],
})
export class PackagesModule {}
