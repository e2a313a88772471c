import { Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Caller, nameOf } from '../../access/domain/caller.js';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { ScansService } from '../scans.service.js';
import { ScanChangeView, ScanQuery, ScanView, viewOfScan } from './scans.dto.js';

const ScanPage = pageOf(ScanView);

/** `/scans`, and the order of one. */
@ApiController('', 'Scans')
@ApiExtraModels(ScanView, ScanChangeView, ScanPage)
export class ScansController {
  constructor(@Inject(ScansService) private readonly scans: ScansService) {}

  @Post('assets/:id/scan')
  @RequireRole('operator')
  @Idempotent()
  @IdParam("The asset's id")
  @Operation({
    summary: 'Scan an asset',
    details:
      'Reads its system, its software and who is logged on; nothing is changed or left there. Poll the path in Location until state is finished: a few seconds where the asset answers, at the end of the run where one is under way. One that was asked for before and has not begun is answered instead of a second one.',
    answer: {
      status: 202,
      description: 'The scan is ordered',
      type: ScanView,
      headers: { Location: 'The path of the scan' },
    },
    problems: ['not-found', 'conflict', 'idempotency-key-reused'],
  })
  async scan(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ScanView> {
    const scan = await this.scans.request(id, nameOf(caller));
    response.location(`/api/v1/scans/${scan.id}`);
    return viewOfScan(scan);
  }

  @Get('scans')
  @RequireRole('viewer')
  @Operation({
    summary: 'List scans',
    details: 'Sorts by createdAt; the newest first by default. A scan is removed 30 days after its end.',
    answer: { status: 200, description: 'A page of scans', type: ScanPage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: ScanQuery): Promise<Page<ScanView>> {
    return mapPage(await this.scans.list(query), viewOfScan);
  }

  @Get('scans/:id')
  @RequireRole('viewer')
  @IdParam("The scan's id")
  @Operation({
    summary: 'Read a scan',
    answer: { status: 200, description: 'The scan', type: ScanView },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string): Promise<ScanView> {
    return viewOfScan(await this.scans.get(id));
  }
}
