import { Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, Operation } from '../../http/controller.js';
import { describeExport, JSON_LINES, jsonLines } from '../../http/export.js';
import { utcOf } from '../../http/instants.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { type AuditFilter, AuditLog } from '../audit-log.service.js';
import { AuditEntryView, AuditQuery, csvOfEntries, viewOfEntry } from './audit.dto.js';

const AuditPage = pageOf(AuditEntryView);

/** `/audit`: who did what. It can only be read. */
@ApiController('audit', 'Audit')
@ApiExtraModels(AuditEntryView, AuditPage)
export class AuditController {
  constructor(@Inject(AuditLog) private readonly log: AuditLog) {}

  @Get()
  @RequireRole('administrator')
  @Operation({
    summary: 'Read the audit log',
    details:
      'Each change and action with who did it, from where, and what it changed; written in the same transaction. Sorts by at, the latest first by default. With Accept: text/csv or application/x-ndjson the same page comes as CSV or as JSON lines, and Link (rel="next") leads to the next one.',
    answer: {
      status: 200,
      description: 'A page of entries',
      type: AuditPage,
      alsoAs: ['text/csv', JSON_LINES],
      headers: { Link: 'With CSV and JSON lines: the next page, none on the last (RFC 8288)' },
    },
    problems: ['invalid-query'],
  })
  async list(
    @Query() query: AuditQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<AuditEntryView> | string> {
    const page = mapPage(await this.log.list(filterOf(query)), viewOfEntry);
    const type = request.accepts(['application/json', 'text/csv', JSON_LINES]);
    if (type !== 'text/csv' && type !== JSON_LINES) return page;
    describeExport({ request, response }, type, page);
    return type === 'text/csv' ? csvOfEntries(page.items) : jsonLines(page.items);
  }
}

function filterOf(query: AuditQuery): AuditFilter {
  const { limit, cursor, sort, action, actorKind, actorId, subjectType, subjectId, from, until } = query;
  return {
    limit,
    cursor,
    sort,
    action,
    actorKind,
    actorId,
    subjectType,
    subjectId,
    from: utcOf(from),
    until: utcOf(until),
  };
}
