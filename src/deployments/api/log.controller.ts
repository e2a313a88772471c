import { Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, Operation } from '../../http/controller.js';
import { describeExport } from '../../http/export.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { utcOf } from '../../http/instants.js';
import { DeploymentsService, type LogFilter } from '../deployments.service.js';
import { csvOf, LogQuery, LogRecordView, viewOfLogRecord } from './log.dto.js';

const LogPage = pageOf(LogRecordView);

/** `/log`: one record per finished run. */
@ApiController('log', 'Log')
@ApiExtraModels(LogRecordView, LogPage)
export class LogController {
  constructor(@Inject(DeploymentsService) private readonly deployments: DeploymentsService) {}

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'Read the deployment log',
    details:
      'Sorts by completedAt, the latest first by default. With Accept: text/csv the same page comes as CSV, and Link (rel="next") leads to the next one.',
    answer: {
      status: 200,
      description: 'A page of log records',
      type: LogPage,
      alsoAs: ['text/csv'],
      headers: { Link: 'With text/csv: the next page, none on the last (RFC 8288)' },
    },
    problems: ['invalid-query'],
  })
  async list(
    @Query() query: LogQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<LogRecordView> | string> {
    const page = mapPage(await this.deployments.log(filterOf(query), query), viewOfLogRecord);
    if (request.accepts(['application/json', 'text/csv']) !== 'text/csv') return page;
    describeExport({ request, response }, 'text/csv', page);
    return csvOf(page.items);
  }
}

function filterOf(query: LogQuery): LogFilter {
  const { outcome, failureReason, assetId, deploymentId, package: packageName, executor, ticketId } = query;
  const [from, until] = [utcOf(query.from), utcOf(query.until)];
  return { outcome, failureReason, assetId, deploymentId, packageName, executor, ticketId, from, until };
}
