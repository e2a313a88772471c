/**
 * Every `code` that an answer may carry, with its HTTP status and title. Public: programs branch on these
 * words, so the list only grows (docs/api/README.md). An error whose code is missing here answers 500, which
 * a test notices.
 */
export const problems = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'malformed-yaml': { status: 400, title: 'The body is not YAML' },
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'nested-too-deep': { status: 400, title: 'The body is nested too deep' },
  'invalid-query': { status: 400, title: 'One or more query parameters cannot be used' },
  'invalid-header': { status: 400, title: 'A header of the request cannot be used' },
  'not-authenticated': { status: 401, title: 'No valid access was given' },
  'role-too-low': { status: 403, title: 'The role may not do this' },
  'csrf-token-wrong': { status: 403, title: 'The CSRF token is missing or wrong' },
  'not-found': { status: 404, title: 'It does not exist' },
  'unknown-route': { status: 404, title: 'No such path' },
  'method-not-allowed': { status: 405, title: 'The path has no such method' },
  'not-acceptable': { status: 406, title: 'The wanted media type is not available' },
  conflict: { status: 409, title: 'It does not fit the present state' },
  archived: { status: 409, title: 'The package is archived' },
  'already-finished': { status: 409, title: 'It has finished already' },
  'nothing-to-rerun': { status: 409, title: 'No run of the deployment is to be run again' },
  'last-administrator': { status: 409, title: "It is the last administrator's key" },
  'idempotency-answer-lost': { status: 409, title: 'The first request was carried out, its answer is lost' },
  'precondition-failed': { status: 412, title: 'It was changed in the meantime' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type of the body is not supported' },
  'validation-failed': { status: 422, title: 'The request breaks one or more rules' },
  'duplicate-name': { status: 422, title: 'The name is taken' },
  'too-many-targets': { status: 422, title: 'More targets than expected' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key belongs to another request' },
  'precondition-required': { status: 428, title: 'If-Match is required' },
  'too-many-streams': { status: 429, title: 'The key holds too many event streams' },
  'internal-error': { status: 500, title: 'An error of ours' },
  'streams-exhausted': { status: 503, title: 'All event streams are taken' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof problems;

/** Whether a text is one of our public codes. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

/**
 * The codes of single faults (`errors[].code`) that requests are checked for. Package files have more
 * (src/packages/domain/faults.ts); a rule that both have carries one code.
 */
export const faultCodes = [
  'archived',
  'authentication-not-available',
  'bad-name',
  'bad-text',
  'duplicate-name',
  'empty-list',
  'empty-text',
  'missing-field',
  'not-allowed',
  'not-found',
  'not-supported',
  'out-of-range',
  'retired',
  'text-too-long',
  'text-too-short',
  'too-many-items',
  'unknown-field',
  'unknown-value',
  'wrong-format',
  'wrong-type',
] as const;

export type FaultCode = (typeof faultCodes)[number];
