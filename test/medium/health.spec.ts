import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readiness } from '../../src/http/readiness.js';
import { startTestApi, type TestApi } from '../harness/api.js';

describe('the operators’ paths', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });

  afterAll(() => api.close());

  it('say that the process lives, to everyone', async () => {
    const answer = await api.request('GET', '/health/live', { key: null });

    expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
  });

  it('say what is ready, and 503 with the cause when something is not', async () => {
    const ready = await api.request('GET', '/health/ready', { key: null });
    api.running.app.get(Readiness).add('redis', async () => {
      throw new Error('Connection refused');
    });
    const notReady = await api.request('GET', '/health/ready', { key: null });

    expect([ready.status, ready.body]).toEqual([
      200,
      { status: 'ok', checks: [{ name: 'database', ok: true, detail: null }] },
    ]);
    expect(notReady.status).toBe(503);
    expect(notReady.body.checks).toContainEqual({ name: 'redis', ok: false, detail: 'Connection refused' });
  });

  it('count requests under the pattern of their route, not under their ids', async () => {
    await api.request('GET', '/api/v1/assets/0199c0de-0000-7000-8000-000000000000');
    await api.request('GET', '/no/such/path');

    const figures = await api.request('GET', '/metrics');

    expect(figures.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(figures.text).toMatch(
      /winch_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/assets\/:id",status="404"\} 1/,
    );
    expect(figures.text).toMatch(/_count\{method="GET",route="none",status="404"\} 1/);
    expect(figures.text).not.toContain('0199c0de');
    expect(figures.text).toContain('process_cpu_seconds_total');
  });

  it('are answered with headers that keep pages, frames and caches out', async () => {
    const { headers } = await api.request('GET', '/api/v1/assets');

    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
