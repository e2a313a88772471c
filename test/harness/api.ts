import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from '../../src/access/access.module.js';
import { type RunningApi, startApi } from '../../src/api-main.js';
import { AssetsModule } from '../../src/assets/assets.module.js';
import { AuditModule } from '../../src/audit/audit.module.js';
import type { ApiConfig } from '../../src/config/app-config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { deriveWorkerKey, deriveWorkerSecrets } from '../../src/config/keys.js';
import { CredentialsModule } from '../../src/credentials/credentials.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { GroupsModule } from '../../src/groups/groups.module.js';
import { HttpModule } from '../../src/http/http.module.js';
import { PackagesModule } from '../../src/packages/packages.module.js';
import { SharesModule } from '../../src/shares/shares.module.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { type Clock, systemClock } from '../../src/shared/clock.js';

@Module({})
// oxlint-disable-next-line typescript/no-extraneous-class -- what it holds is told by foundation()
class FoundationModule {}

/** The parts of the api role that need no Redis. */
function foundation(config: ApiConfig, clock: Clock): DynamicModule {
  return {
    module: FoundationModule,
    imports: [
      ConfigModule.for(config, clock),
      DatabaseModule,
      HttpModule,
      AuditModule,
      AccessModule,
      AssetsModule,
      CredentialsModule,
      GroupsModule,
      PackagesModule,
      SharesModule,
      WebhooksModule,
    ],
  };
}

export interface TestApiOptions {
  readonly clock?: Clock;
  readonly config?: Partial<ApiConfig>;
  /** The whole api role for tests that bring a Redis: `(config, clock) => ApiModule.for(config)`. */
  readonly module?: (config: ApiConfig, clock: Clock) => DynamicModule;
}

/** What a request answered, its JSON parsed. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests compare parts of foreign JSON
  readonly body: any;
  readonly text: string;
}

export interface TestRequest {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value is sent as JSON; a text, with `raw`, as it is. */
  readonly body?: unknown;
  readonly raw?: boolean;
}

/** An api in this process, on a random loopback port, over a database in a temporary folder. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  readonly config: ApiConfig;
  readonly running: RunningApi;
  request(method: string, path: string, options?: TestRequest): Promise<TestAnswer>;
  close(): Promise<void>;
}

export const TEST_KEY = 'winch_test_0123456789abcdef0123456789abcdef';

/** Starts one; close it (or `await using`) and its folder goes with it. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), 'winch-api-'));
  const config = testConfig(folder, options.config);
  const clock = options.clock ?? systemClock;
  const module = options.module ?? foundation;
  const running = await startApi(config, module(config, clock)).catch((error: unknown) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  const close = async () => {
    await running.close();
    rmSync(folder, { recursive: true });
  };
  return {
    url: running.url,
    key: TEST_KEY,
    config,
    running,
    request: (method, path, request = {}) => send(running.url, { method, path, ...request }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

export function testConfig(folder: string, changes: Partial<ApiConfig> = {}): ApiConfig {
  const masterKey = randomBytes(32);
  const dataDir = changes.dataDir ?? folder;
  return {
    logLevel: 'silent',
    redisUrl: 'redis://127.0.0.1:1',
    worker: deriveWorkerSecrets(deriveWorkerKey(masterKey)),
    host: '127.0.0.1',
    port: 0,
    dataDir,
    databaseFile: join(dataDir, 'winch.sqlite'),
    masterKey,
    bootstrapApiKey: TEST_KEY,
    keepOutputDays: 90,
    keepLogDays: 365,
    keepAuditDays: 730,
    webhookAllow: ['http://127.0.0.1', '127.0.0.1'],
    scanEveryHours: 0,
    ...changes,
  };
}

async function send(
  url: string,
  request: TestRequest & { method: string; path: string },
): Promise<TestAnswer> {
  const { key = TEST_KEY, headers = {}, body, raw = false } = request;
  const response = await fetch(`${url}${request.path}`, {
    method: request.method,
    redirect: 'manual',
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw && typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text), text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
