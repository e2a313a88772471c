import type { AddressInfo } from 'node:net';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { ApiModule } from './api.module.js';
import type { ApiConfig } from './config/app-config.js';
import { configureApp } from './http/configure-app.js';
import { ensureFirstKey } from './http/first-key.js';
import { OpenRequests } from './http/open-requests.js';

/** A running api role. */
export interface RunningApi {
  /** Where it listens, without a path, such as `http://127.0.0.1:3080`. */
  readonly url: string;
  /** The administrator's key that the very first start made; it cannot be read again. */
  readonly firstKey: string | undefined;
  readonly app: NestExpressApplication;
  /** Finishes the requests under way, then closes everything that was opened. */
  close(): Promise<void>;
}

/** Starts the api role and resolves when it listens. `module` is for tests that need only a part of it. */
export async function startApi(
  config: ApiConfig,
  module: DynamicModule = ApiModule.for(config),
): Promise<RunningApi> {
  const app = await NestFactory.create<NestExpressApplication>(module, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  try {
    app.useLogger(withoutRoutes(app.get(Logger)));
    configureApp(app);
    await app.init();
    const firstKey = await ensureFirstKey(app, config);
    await app.listen(config.port, config.host);
    return { url: urlOf(app, config.host), firstKey, app, close: () => close(app) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Nest closes the server between its hooks: those that come after find no request that needs the database any more. */
async function close(app: NestExpressApplication): Promise<void> {
  const drained = app.get(OpenRequests).drain(app.getHttpServer());
  await app.close();
  await drained;
}

/** Nest tells every route and module at each start, which hides the lines that an operator looks for. */
function withoutRoutes(logger: Logger): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => {
      if (!STARTUP_CONTEXTS.includes(String(rest.at(-1)))) logger.log(message, ...rest);
    },
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    fatal: logger.fatal.bind(logger),
    debug: logger.debug.bind(logger),
    verbose: logger.verbose.bind(logger),
  };
}

const STARTUP_CONTEXTS = [
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
];

function urlOf(app: NestExpressApplication, host: string): string {
  const address = app.getHttpServer().address() as AddressInfo; // Never a pipe: we listen on a port.
  const name = address.family === 'IPv6' ? `[${address.address}]` : host;
  return `http://${name}:${address.port}`;
}
