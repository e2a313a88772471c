import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { RequireRole } from '../../http/require-role.js';
import { PackagesService } from '../packages.service.js';
import { PackageImportView, viewOfImport } from './packages.dto.js';

const ID = "The package's id";

/** `/packages/{id}/import`: what an imported package was made from. */
@ApiController('packages/:id/import', 'Packages')
@ApiExtraModels(PackageImportView)
@RequireRole('author')
export class PackageImportsController {
  constructor(@Inject(PackagesService) private readonly packages: PackagesService) {}

  @Get()
  @IdParam(ID)
  @Operation({
    summary: 'Read what an import did not understand',
    details: 'Of a package that was imported from another program.',
    answer: {
      status: 200,
      description: 'Where it came from, and what was left out',
      type: PackageImportView,
    },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string): Promise<PackageImportView> {
    return viewOfImport(await this.packages.getImport(id));
  }

  @Get('source')
  @IdParam(ID)
  @Operation({
    summary: 'Read the file that a package was imported from',
    details: 'As it came. A download: no browser shows it as a page of ours.',
    answer: {
      status: 200,
      description: 'The file',
      mediaType: 'application/octet-stream',
      schema: { type: 'string' },
    },
    problems: ['not-found'],
  })
  async source(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const { source } = await this.packages.getImport(id);
    response.attachment('package.xml');
    response.setHeader('Content-Type', 'application/octet-stream');
    response.send(Buffer.from(source));
  }
}
