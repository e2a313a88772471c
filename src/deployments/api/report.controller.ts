import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { RequireRole } from '../../http/require-role.js';
import { FAILURE_REASONS, type FailureReason } from '../domain/failure-reason.js';
import { type Outcome, OUTCOMES } from '../domain/outcome.js';
import { type FailureGroup, ReportService } from '../report.service.js';
import { REPORT_POLICY, reportPage } from './report-page.js';

const ID = "The deployment's id";

@ApiSchema({ name: 'FailureGroup' })
export class FailureGroupView {
  @ApiProperty({ enum: OUTCOMES })
  outcome!: Outcome;

  @ApiProperty({ enum: FAILURE_REASONS, nullable: true })
  failureReason!: FailureReason | null;

  @ApiProperty({ description: 'The reason in one line' })
  meaning!: string;

  @ApiProperty({ description: 'What to check next' })
  hint!: string;

  @ApiProperty({ type: 'integer', example: 37 })
  count!: number;

  @ApiProperty({ type: [String], description: 'The first ten assets, by name', example: ['PC-0042'] })
  assets!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'The request that runs exactly these again',
    example: {
      method: 'POST',
      path: '/api/v1/deployments/.../rerun',
      body: { only: 'failed', failureReasons: ['connection-refused'] },
    },
  })
  rerun!: { readonly method: 'POST'; readonly path: string; readonly body: object } | null;
}

@ApiSchema({ name: 'FailureSummary' })
export class FailureSummaryView {
  @ApiProperty({ type: 'integer', description: 'Finished runs that were no success' })
  count!: number;

  @ApiProperty({ type: [FailureGroupView], description: 'The largest group first' })
  groups!: FailureGroupView[];
}

/** What became of a deployment, for people. */
@ApiController('deployments', 'Deployments')
@ApiExtraModels(FailureSummaryView, FailureGroupView)
export class ReportController {
  constructor(@Inject(ReportService) private readonly reports: ReportService) {}

  @Get(':id/failures')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'Summarise what failed',
    details:
      'The finished runs that were no success, grouped by outcome and reason with the hint, each group with the request that runs it again (secret parameters must be added).',
    answer: { status: 200, description: 'The groups', type: FailureSummaryView },
    problems: ['not-found'],
  })
  async failures(@Param('id') id: string): Promise<FailureSummaryView> {
    const groups = (await this.reports.failures(id)).map((group) => viewOfGroup(id, group));
    return { count: groups.reduce((sum, { count }) => sum + count, 0), groups };
  }

  @Get(':id/report')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'Read the report of a deployment',
    details:
      'One HTML page without any other file or script, to be mailed or attached to a ticket: facts, failures by reason, all assets.',
    answer: {
      status: 200,
      description: 'The page',
      schema: { type: 'string' },
      mediaType: 'text/html',
      headers: { 'Content-Disposition': 'A name to save it under' },
    },
    problems: ['not-found'],
  })
  async report(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<string> {
    const report = await this.reports.report(id);
    response.type('text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', REPORT_POLICY);
    response.setHeader('Content-Disposition', `inline; filename="deployment-${report.deployment.id}.html"`);
    return reportPage(report);
  }
}

function viewOfGroup(id: string, group: FailureGroup): FailureGroupView {
  const { outcome, failureReason, meaning, hint, count, assets } = group;
  const path = `/api/v1/deployments/${id}/rerun`;
  const body = { only: 'failed', failureReasons: [failureReason] };
  const rerun = failureReason === null ? null : ({ method: 'POST', path, body } as const);
  return { outcome, failureReason, meaning, hint, count, assets, rerun };
}
