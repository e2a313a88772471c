import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains, whereEqual } from '../../database/search.js';
import { InstalledSoftwareEntity } from './installed-software.entity.js';
import { SoftwareTitleEntity } from './software-title.entity.js';

const OF_ASSET = { columns: { name: 'nameKey' }, defaultSort: 'name' };
const OF_ALL = { columns: { name: 'nameKey', assetCount: 'assetCount' }, defaultSort: 'name' };

export interface SoftwareFilter extends ListRequest {
  readonly q?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly publisher?: string | undefined;
  readonly productCode?: string | undefined;
}

/** SQL for reading software: of one asset, and over all of them. */
@Injectable()
export class SoftwareStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async ofAsset(assetId: string, filter: SoftwareFilter): Promise<Page<InstalledSoftwareEntity>> {
    const query = this.database.reader.createQueryBuilder(InstalledSoftwareEntity, 'software');
    query.where('software.assetId = :assetId', { assetId });
    whereContains(query, 'nameKey', filter.q);
    whereEqual(query, 'name', filter.name);
    whereEqual(query, 'version', filter.version);
    whereEqual(query, 'publisher', filter.publisher);
    whereEqual(query, 'productCode', filter.productCode);
    return fetchPage(query, OF_ASSET, filter);
  }

  async titles(filter: SoftwareFilter): Promise<Page<SoftwareTitleEntity>> {
    const query = this.database.reader.createQueryBuilder(SoftwareTitleEntity, 'title');
    whereContains(query, 'nameKey', filter.q);
    whereEqual(query, 'name', filter.name);
    whereEqual(query, 'version', filter.version);
    whereEqual(query, 'publisher', filter.publisher);
    whereEqual(query, 'productCode', filter.productCode);
    return fetchPage(query, OF_ALL, filter);
  }
}
