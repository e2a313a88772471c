import { Body, Controller, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { z } from 'zod';
import { RequestError } from '../../http/errors.js';
import { Public } from '../../http/require-role.js';
import { WorkerTokenGuard } from '../../http/worker-token.guard.js';
import { scanBeginSchema, scanEndSchema, scanRefusalSchema } from '../domain/scan-door.js';
import { ScansService } from '../scans.service.js';

/** What workers say of scans at their door (docs/developing/workers-door.md): not part of the public API. */
@Controller('internal/v1/scans')
@ApiExcludeController()
@Public()
@UseGuards(WorkerTokenGuard)
export class ScanDoorController {
  constructor(@Inject(ScansService) private readonly scans: ScansService) {}

  @Post(':id/begin')
  @HttpCode(200)
  async begin(@Param('id') id: string, @Body() body: unknown): Promise<{ readonly go: boolean }> {
    return { go: await this.scans.begin(id, parse(scanBeginSchema, body)) };
  }

  @Post(':id/refusal')
  @HttpCode(204)
  async refusal(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    await this.scans.refuse(id, parse(scanRefusalSchema, body));
  }

  @Post(':id/end')
  @HttpCode(204)
  async end(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    await this.scans.end(id, parse(scanEndSchema, body));
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new RequestError(
    'malformed-request',
    `A worker sent something else than agreed: ${result.error.message}`,
  );
}
