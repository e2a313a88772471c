import { Get, Inject, Param, Query } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { InventoriesService } from '../inventories.service.js';
import { InventoryView, viewOfInventory } from './inventory.dto.js';
import {
  InstalledSoftwareView,
  SoftwareQuery,
  SoftwareTitleView,
  viewOfInstalled,
  viewOfTitle,
} from './software.dto.js';

const InstalledSoftwarePage = pageOf(InstalledSoftwareView);
const SoftwareTitlePage = pageOf(SoftwareTitleView);

/** What scans have found: of one asset, and over all. */
@ApiController('', 'Scans')
@ApiExtraModels(
  InventoryView,
  InstalledSoftwareView,
  InstalledSoftwarePage,
  SoftwareTitleView,
  SoftwareTitlePage,
)
export class SoftwareController {
  constructor(@Inject(InventoriesService) private readonly inventories: InventoriesService) {}

  @Get('assets/:id/inventory')
  @RequireRole('viewer')
  @IdParam("The asset's id")
  @Operation({
    summary: 'Read what the last scan told of a machine',
    details: 'All of it is as the asset says it is: treat it as such where the asset may not be trusted.',
    answer: { status: 200, description: 'The inventory', type: InventoryView },
    problems: ['not-found'],
  })
  async inventory(@Param('id') id: string): Promise<InventoryView> {
    return viewOfInventory(await this.inventories.ofAsset(id));
  }

  @Get('assets/:id/software')
  @RequireRole('viewer')
  @IdParam("The asset's id")
  @Operation({
    summary: "List an asset's software",
    details: 'As its last scan found it; empty for one that was never scanned. Sorts by name.',
    answer: { status: 200, description: 'A page of software', type: InstalledSoftwarePage },
    problems: ['not-found', 'invalid-query'],
  })
  async ofAsset(
    @Param('id') id: string,
    @Query() query: SoftwareQuery,
  ): Promise<Page<InstalledSoftwareView>> {
    return mapPage(await this.inventories.softwareOf(id, query), viewOfInstalled);
  }

  @Get('software')
  @RequireRole('viewer')
  @Operation({
    summary: 'List the software of all assets',
    details:
      'Each name, version, publisher and product code once, with the number of assets that have it. Sorts by name (default) or assetCount.',
    answer: { status: 200, description: 'A page of software', type: SoftwareTitlePage },
    problems: ['invalid-query'],
  })
  async titles(@Query() query: SoftwareQuery): Promise<Page<SoftwareTitleView>> {
    return mapPage(await this.inventories.titles(query), viewOfTitle);
  }
}
