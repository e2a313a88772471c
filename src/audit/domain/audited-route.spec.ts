import { describe, expect, it } from '@jest/globals';
import { auditedRoute } from './audited-route.js';

describe('auditedRoute', () => {
  it.each([
    ['POST', '/api/v1/assets', 'asset.create'],
    ['PUT', '/api/v1/packages/:id', 'package.change'],
    ['PATCH', '/api/v1/credentials/:id', 'credential.change'],
    ['DELETE', '/api/v1/keys/:id', 'api-key.remove'],
    ['POST', '/api/v1/deployments/:id/cancel', 'deployment.cancel'],
    ['POST', '/api/v1/packages/import', 'package.import'],
    ['POST', '/api/v1/queue/pause', 'queue.pause'],
    ['POST', '/api/v1/things-to-come/:id/parts/:part/send', 'things-to-come.send'],
  ])('calls %s %s by its name', (method, path, action) => {
    expect(auditedRoute(method, path)?.action).toBe(action);
  });

  it.each([
    ['GET', '/api/v1/assets'],
    ['POST', '/internal/v1/events'],
    ['HEAD', '/api/v1/assets/:id'],
  ])('has nothing to record of %s %s', (method, path) => {
    expect(auditedRoute(method, path)).toBeNull();
  });
});
