import type { NestExpressApplication } from '@nestjs/platform-express';
import { bodyParsers } from './body.js';
import { Metrics } from './metrics.js';
import { OpenRequests } from './open-requests.js';
import { serveOpenApi } from './openapi.js';
import { securityHeaders } from './security-headers.js';

/**
 * A connection on which no byte moves for this long is cut, so that a client that does not read its answer holds neither
 * socket nor memory. Event streams say something every 15 s, and no answer takes this long to be made.
 */
export const IDLE_CONNECTION_MS = 120_000;

/** Puts in front of the controllers what Express does itself. Call it once, before `listen`. */
export function configureApp(app: NestExpressApplication): void {
  // A proxy on this machine may say that the browser came over TLS, and from where; nobody else may.
  app.set('trust proxy', 'loopback');
  app.disable('x-powered-by');
  app.disable('etag'); // Ours are versions, set by the handlers that honour If-Match.
  app.use(app.get(OpenRequests).count());
  app.use(app.get(Metrics).measureRequests(), securityHeaders, ...bodyParsers());
  serveOpenApi(app);
  app.getHttpServer().setTimeout(IDLE_CONNECTION_MS);
}
