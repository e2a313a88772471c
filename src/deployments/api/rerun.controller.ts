import { Body, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiExtraModels, ApiSchema } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Caller, nameOf } from '../../access/domain/caller.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { checkList, checkObject, checkWord } from '../../http/field-checks.js';
import { field, InstantField, WordField } from '../../http/fields.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { RequireRole } from '../../http/require-role.js';
import { DeploymentsService } from '../deployments.service.js';
import { FAILURE_REASONS, type FailureReason } from '../domain/failure-reason.js';
import {
  RERUN_BEGINNINGS,
  RERUN_SELECTIONS,
  type RerunBeginning,
  type RerunOrder,
  type RerunSelection,
} from '../domain/rerun.js';
import { RerunService } from '../rerun.service.js';
import { DeploymentView, viewOfDeployment } from './deployments.dto.js';

@ApiSchema({ name: 'Rerun' })
export class RerunBody {
  @WordField({
    description:
      'failed: every finished run that was no success, whether it started or not (unreachable, blocked, expired, cancelled...)',
    optional: true,
    words: RERUN_SELECTIONS,
    default: 'failed',
  })
  only?: RerunSelection;

  @WordField({
    description:
      'failed-step: each run begins with the step where the earlier one got stuck; a run that never started a step begins at the start',
    optional: true,
    words: RERUN_BEGINNINGS,
    default: 'start',
  })
  from?: RerunBeginning;

  @field(
    {
      description: 'Only runs that ended for one of these reasons, as /deployments/{id}/failures groups them',
      optional: true,
      example: ['connection-refused'],
    },
    {
      type: 'array',
      items: { type: 'string', enum: [...FAILURE_REASONS] },
      minItems: 1,
      maxItems: FAILURE_REASONS.length,
    },
    (value) =>
      checkList(value, { minItems: 1, maxItems: FAILURE_REASONS.length }, (item) =>
        checkWord(item, FAILURE_REASONS),
      ),
  )
  failureReasons?: FailureReason[];

  @field(
    {
      description:
        'The secret parameters, which are forgotten when a deployment has finished. All others keep their values and may not be given',
      optional: true,
      example: { LICENCE_KEY: '...' },
    },
    { type: 'object', additionalProperties: { type: 'string' } },
    checkObject,
  )
  parameters?: Record<string, unknown>;

  @InstantField({ description: 'Nothing is started later; 24 hours from now when left out', optional: true })
  expiresAt?: string;
}

/** `/deployments/{id}/rerun`. */
@ApiController('deployments', 'Deployments')
@ApiExtraModels(DeploymentView)
export class RerunController {
  constructor(
    @Inject(RerunService) private readonly reruns: RerunService,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
  ) {}

  @Post(':id/rerun')
  @RequireRole('operator')
  @Idempotent()
  @IdParam("The deployment's id")
  @Operation({
    summary: 'Run a deployment again',
    details:
      'Orders a new deployment of the same package revision with the same parameters, ticket, callback, priority and concurrency; each of its runs names the earlier one in rerunOf. Only finished runs are run again, so that it may be asked while others are still under way; retired assets are left out. A rerun can be run again itself.',
    answer: {
      status: 202,
      description: 'The new deployment',
      type: DeploymentView,
      headers: { Location: 'The path of the new deployment' },
    },
    problems: [
      'malformed-json',
      'not-found',
      'nothing-to-rerun',
      'archived',
      'validation-failed',
      'idempotency-key-reused',
    ],
  })
  async rerun(
    @Param('id') id: string,
    @Body() body: RerunBody,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DeploymentView> {
    const deployment = await this.reruns.rerun(id, rerunOrderOf(body), nameOf(caller));
    response.location(`/api/v1/deployments/${deployment.id}`);
    return viewOfDeployment(deployment, await this.deployments.counts([deployment.id]));
  }
}

function rerunOrderOf({ only, from, failureReasons, parameters, expiresAt }: RerunBody): RerunOrder {
  return {
    only: only ?? 'failed',
    from: from ?? 'start',
    failureReasons,
    parameters: parameters ?? {},
    expiresAt: expiresAt && new Date(expiresAt).toISOString(),
  };
}
