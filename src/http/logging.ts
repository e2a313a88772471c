import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoggerModule } from 'nestjs-pino';
import type { Options } from 'pino-http';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';

/** Fields that never reach the log, wherever an object is logged with them. */
const SECRET_PATHS = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-csrf-token"]',
  'res.headers["set-cookie"]',
  'password',
  '*.password',
  'secret',
  '*.secret',
  'body',
  '*.body',
];

/** An id that a client or proxy may set itself, so that its log and ours can be joined. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

function requestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

/** The workers' door is asked many times a second; what it brings is seen in the events. */
function requestLevel(request: IncomingMessage, response: ServerResponse): 'debug' | 'info' | 'error' {
  if (response.statusCode >= 500) return 'error';
  return request.url?.startsWith('/internal/') && response.statusCode < 400 ? 'debug' : 'info';
}

/** One line per request and per fact, as JSON, with secrets cut out. */
export function loggerModule() {
  return LoggerModule.forRootAsync({
    inject: [APP_CONFIG],
    useFactory: (config: ApiConfig) => ({ pinoHttp: loggerOptions(config.logLevel) }),
  });
}

/** What the logger writes of a request: never a header, a query or a body. */
export function loggerOptions(level: string): Options {
  return {
    level,
    genReqId: requestId,
    customLogLevel: requestLevel,
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request-failed',
    autoLogging: { ignore: (request: IncomingMessage) => request.url?.startsWith('/health/') ?? false },
    serializers: { req: requestFacts, res: responseFacts },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    quietReqLogger: true,
  };
}

interface LoggedRequest {
  readonly id: unknown;
  readonly method: string;
  readonly url: string;
  readonly remoteAddress?: string;
}

/** No headers and no query: both may hold what is nobody's business. */
function requestFacts(request: LoggedRequest) {
  const { id, method, url, remoteAddress } = request;
  return { id, method, path: url.split('?')[0], from: remoteAddress };
}

function responseFacts(response: { readonly statusCode: number }) {
  return { status: response.statusCode };
}
