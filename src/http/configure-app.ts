import type { NestExpressApplication } from '@nestjs/platform-express';
import { bodyParsers } from './body.js';
import { Metrics } from './metrics.js';
import { OpenRequests } from './open-requests.js';
import { serveOpenApi } from './openapi.js';
import { securityHeaders } from './security-headers.js';

/** Puts in front of the controllers what Express does itself. Call it once, before `listen`. */
export function configureApp(app: NestExpressApplication): void {
  // A proxy on this machine may say that the browser came over TLS, and from where; nobody else may.
  app.set('trust proxy', 'loopback');
  app.disable('x-powered-by');
  app.disable('etag'); // Ours are versions, set by the handlers that honour If-Match.
  app.use(app.get(OpenRequests).count());
  app.use(app.get(Metrics).measureRequests(), securityHeaders, ...bodyParsers());
  serveOpenApi(app);
}
