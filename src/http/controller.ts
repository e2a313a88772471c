import { applyDecorators, Controller, HttpCode, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCookieAuth,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { type ProblemCode, problems } from './problem-codes.js';

/** Where the public API begins. */
export const API_PREFIX = 'api/v1';

/** A controller of the public API: `/api/v1/<path>`, listed under `tag` in the documentation. */
export function ApiController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(`${API_PREFIX}/${path}`),
    ApiTags(tag),
    ApiBearerAuth('apiKey'),
    ApiCookieAuth('session'),
  );
}

/** What an operation answers when all goes well. */
export interface Answer {
  readonly status: number;
  readonly description: string;
  /** The class of the body; none: the answer has no body, or `schema` says what it is. */
  readonly type?: Type<unknown>;
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Default `application/json`. */
  readonly mediaType?: string;
  /** Media types of texts that `Accept` may ask for in its place. */
  readonly alsoAs?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OperationOptions {
  readonly summary: string;
  readonly details?: string;
  readonly answer: Answer;
  /** The problems that this operation may answer besides those that any operation may. */
  readonly problems?: readonly ProblemCode[];
}

const ANYWHERE: readonly ProblemCode[] = ['not-authenticated', 'role-too-low', 'internal-error'];

/** Sets the status of a handler and describes it for the OpenAPI document, with its problems. */
export function Operation(options: OperationOptions): MethodDecorator {
  const { answer } = options;
  return applyDecorators(
    HttpCode(answer.status),
    ApiOperation({ summary: options.summary, ...(options.details ? { description: options.details } : {}) }),
    ApiResponse(answerOf(answer)),
    ...problemAnswers([...(options.problems ?? []), ...ANYWHERE]),
  );
}

/** Describes an `{id}` in the path. */
export function IdParam(description: string, name = 'id'): MethodDecorator {
  return ApiParam({ name, description, schema: { type: 'string' } });
}

function answerOf(answer: Answer): Parameters<typeof ApiResponse>[0] {
  const { status, description, headers } = answer;
  const content = contentOf(answer);
  return {
    status,
    description,
    ...(content ? { content } : {}),
    ...(headers ? { headers: headerSchemas(headers) } : {}),
  };
}

function contentOf({ type, schema, mediaType = 'application/json', alsoAs = [] }: Answer) {
  const body = schema ?? (type ? { $ref: getSchemaPath(type) } : undefined);
  if (!body) return undefined;
  const texts = alsoAs.map((name) => [name, { schema: { type: 'string' as const } }]);
  return { [mediaType]: { schema: body }, ...Object.fromEntries(texts) };
}

function headerSchemas(headers: Readonly<Record<string, string>>) {
  const described = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' as const } },
  ]);
  return Object.fromEntries(described);
}

/** One response per status: several codes may share it. */
function problemAnswers(codes: readonly ProblemCode[]): MethodDecorator[] {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  return [...byStatus].map(([status, shared]) => ApiResponse(problemAnswer(status, shared)));
}

function problemAnswer(status: number, codes: readonly ProblemCode[]): Parameters<typeof ApiResponse>[0] {
  return {
    status,
    description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
