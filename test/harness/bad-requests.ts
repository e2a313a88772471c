import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi, type TestRequest } from './api.js';

/** A request that must be refused, and how. */
export interface BadRequest {
  readonly what: string;
  readonly request: readonly [method: string, path: string, options?: TestRequest];
  readonly status: number;
  readonly code: string;
  /** `pointer code` of each fault, sorted; left out where the problem has none. */
  readonly faults?: readonly string[];
}

export const asset = (changes: object): TestRequest => ({ body: { name: 'PC-9000', ...changes } });

/** A body that is sent as it is. */
export const raw = (body: string, type = 'application/json'): TestRequest => ({
  body,
  raw: true,
  headers: { 'content-type': type },
});

export const step = (changes: object) => ({ name: 'One', type: 'command', command: 'echo 1', ...changes });

export const file = (changes: object): TestRequest => ({
  body: { name: 'Bad package', steps: [step({})], ...changes },
});

/** Sends each to an api that holds the asset `Taken` and the package `Taken package`, which stay all that it holds. */
export function describeBadRequests(requests: readonly BadRequest[]): void {
  describe('a bad request', () => {
    let api: TestApi;

    beforeAll(async () => {
      api = await startTestApi();
      await api.request('POST', '/api/v1/assets', { body: { name: 'Taken' } });
      await api.request('POST', '/api/v1/packages', file({ name: 'Taken package' }));
    });

    afterAll(() => api.close());

    it.each(requests)(
      'with $what gets $status $code',
      async ({ request: [method, path, options], status, code, faults }) => {
        const answer = await api.request(method, path, options);

        const found = (answer.body?.errors ?? []).map(
          (fault: { pointer: string; code: string }) => `${fault.pointer} ${fault.code}`,
        );
        expect([answer.status, answer.body?.code]).toEqual([status, code]);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(faults === undefined ? undefined : found.toSorted()).toEqual(faults);
      },
    );

    it('stores nothing', async () => {
      const assets = await api.request('GET', '/api/v1/assets');
      const packages = await api.request('GET', '/api/v1/packages');
      const credentials = await api.request('GET', '/api/v1/credentials');

      const stored = [assets, packages, credentials].flatMap(({ body }) => body.items);
      expect(stored.map((item: { name: string }) => item.name)).toEqual(['Taken', 'Taken package']);
    });
  });
}
