import { Body, Delete, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { etagOf, IfMatchHeader, IfMatchWhenSent, type VersionCheck } from '../../http/etag.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { CredentialsService } from '../credentials.service.js';
import type { Credential } from '../domain/credential.js';
import {
  CredentialChangeBody,
  credentialChangeOf,
  CredentialQuery,
  CredentialView,
  NewCredentialBody,
  newCredentialOf,
  viewOfCredential,
} from './credentials.dto.js';

const CredentialPage = pageOf(CredentialView);
const ID = "The credential's id";

/** `/credentials`: administrators only. */
@ApiController('credentials', 'Credentials')
@ApiExtraModels(CredentialView, CredentialPage)
@RequireRole('administrator')
export class CredentialsController {
  constructor(@Inject(CredentialsService) private readonly credentials: CredentialsService) {}

  @Post()
  @Operation({
    summary: 'Store a credential',
    details:
      'The password is sealed under the master key and never answered. Idempotency-Key is not honoured here: no trace of the body is kept.',
    answer: {
      status: 201,
      description: 'The credential, without its password',
      type: CredentialView,
      headers: { Location: 'The path of the credential', ETag: 'For If-Match' },
    },
    problems: ['malformed-json', 'validation-failed', 'duplicate-name'],
  })
  async create(
    @Body() body: NewCredentialBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CredentialView> {
    const credential = await this.credentials.create(newCredentialOf(body));
    response.location(`/api/v1/credentials/${credential.id}`);
    return answer(credential, response);
  }

  @Get()
  @Operation({
    summary: 'List credentials',
    details: 'Sorts by order (default), name or createdAt.',
    answer: { status: 200, description: 'A page of credentials, without passwords', type: CredentialPage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: CredentialQuery): Promise<Page<CredentialView>> {
    return mapPage(await this.credentials.list(query), viewOfCredential);
  }

  @Get(':id')
  @IdParam(ID)
  @Operation({
    summary: 'Read a credential',
    answer: { status: 200, description: 'The credential, without its password', type: CredentialView },
    problems: ['not-found'],
  })
  async get(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CredentialView> {
    return answer(await this.credentials.get(id), response);
  }

  @Patch(':id')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Change some fields of a credential',
    details: 'Fields left out stay, the password too.',
    answer: { status: 200, description: 'The credential as it is now', type: CredentialView },
    problems: ['malformed-json', 'not-found', 'validation-failed', 'duplicate-name', 'precondition-failed'],
  })
  async change(
    @Param('id') id: string,
    @Body() body: CredentialChangeBody,
    @IfMatchWhenSent() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CredentialView> {
    return answer(await this.credentials.change(id, credentialChangeOf(body), check), response);
  }

  @Delete(':id')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Remove a credential',
    details:
      'Its secret is gone at once. Runs under way keep what they were given. Refused while a package share uses it.',
    answer: { status: 204, description: 'Removed' },
    problems: ['not-found', 'conflict', 'precondition-failed'],
  })
  async remove(@Param('id') id: string, @IfMatchWhenSent() check: VersionCheck): Promise<void> {
    await this.credentials.remove(id, check);
  }
}

function answer(credential: Credential, response: Response): CredentialView {
  response.setHeader('ETag', etagOf(credential.updatedAt));
  return viewOfCredential(credential);
}
