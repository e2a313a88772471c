import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../src/openapi-document.js';
import { startTestApi, type TestApi } from '../harness/api.js';

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, Answer>>;
  readonly 'x-winch-role'?: string;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

describe('the OpenAPI document', () => {
  let document: Document;
  let operations: readonly (readonly [string, Operation])[];

  beforeAll(async () => {
    // Without database and Redis: this is how scripts/openapi.mjs builds it.
    document = (await openApiDocument()) as Document;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    );
  });

  const without = (has: (operation: Operation) => boolean) =>
    operations.filter(([, operation]) => !has(operation)).map(([name]) => name);

  it('is of version 3.1 and lists the resources', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/assets',
        '/api/v1/credentials',
        '/api/v1/keys',
        '/api/v1/packages',
        '/api/v1/session',
      ]),
    );
  });

  it('refers only to schemas that it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)];
    const names = new Set(references.map(([, name]) => name));

    expect(names.size).toBeGreaterThan(10);
    expect([...names].filter((name) => !Object.hasOwn(document.components.schemas, name ?? ''))).toEqual([]);
  });

  it('gives every operation a summary', () => {
    expect(without((operation) => (operation.summary ?? '') !== '')).toEqual([]);
  });

  it('says what every operation answers when all goes well', () => {
    const describesSuccess = ({ responses }: Operation) =>
      Object.entries(responses).some(
        ([status, answer]) =>
          ['202', '204'].includes(status) || (status < '300' && answer.content !== undefined),
      );

    expect(without(describesSuccess)).toEqual([]);
  });

  it('lists the problems of every operation', () => {
    expect(
      without(({ responses }) => '401' in responses && '403' in responses && '500' in responses),
    ).toEqual([]);
  });

  it('names the role that an operation needs, but for those open to all', () => {
    expect(without((operation) => operation['x-winch-role'] !== undefined)).toEqual([
      'post /api/v1/session',
      'get /api/v1/schemas/package.json',
    ]);
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(([, operation]) => operation.operationId);

    expect(ids).toEqual([...new Set(ids)]);
  });

  it('refers only to schemas that it holds, and uses no word that 3.1 took away', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    const held = Object.keys((document as unknown as { components: { schemas: object } }).components.schemas);

    expect(names.filter((name) => !held.includes(name))).toEqual([]);
    expect(text).not.toContain('"nullable"');
  });
});

describe('the reading page', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });

  afterAll(() => api.close());

  it('is open, and takes all its files from here', async () => {
    const page = await api.request('GET', '/docs', { key: null });
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    const answers = await Promise.all(
      files.map((path) => api.request('GET', new URL(path, `${api.url}/docs`).pathname, { key: null })),
    );

    expect(page.status).toBe(200);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => /^(?:https?:)?\/\//.test(path))).toEqual([]);
    expect(answers.map((answer) => answer.status)).toEqual(files.map(() => 200));
  });

  it('serves the document as JSON', async () => {
    const answer = await api.request('GET', '/api/v1/openapi.json', { key: null });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body.openapi).toBe('3.1.0');
  });
});
