import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiModule } from './api.module.js';
import { loadApiConfig } from './config/app-config.js';
import { buildOpenApiDocument } from './http/openapi.js';

/** Settings of an api that is only looked at: nothing is opened, so nothing of it is real. */
const UNUSED = {
  WINCH_REDIS_URL: 'redis://unused',
  WINCH_MASTER_KEY: Buffer.alloc(32).toString('base64'),
};

/** The OpenAPI document of the whole api role, without starting it: needs neither database nor Redis. */
export async function openApiDocument(): Promise<object> {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.for(loadApiConfig(UNUSED)), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return buildOpenApiDocument(app);
}
