import type { INestApplication } from '@nestjs/common';
import { KeysService } from '../access/keys.service.js';
import type { ApiConfig } from '../config/app-config.js';

/** Makes sure that someone can get in; answers the administrator's key that the very first start makes. */
export async function ensureFirstKey(app: INestApplication, config: ApiConfig): Promise<string | undefined> {
  return app.get(KeysService).ensureFirstKey(config.bootstrapApiKey);
}
