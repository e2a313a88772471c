import { HttpException } from '@nestjs/common';
import { type Fault, WinchError } from '../shared/errors.js';
import { isProblemCode, type ProblemCode, problems } from './problem-codes.js';

/** RFC 9457 problem details with our members `code`, `errors` and `id`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly errors?: readonly Fault[];
  /** The request's id, by which an administrator finds the cause of a 500 in the log. */
  readonly id?: string;
}

export interface RequestFacts {
  readonly path: string;
  readonly id: string;
}

/** What the client is told about an error. An error that is not ours tells nothing but the request's id. */
export function toProblem(error: unknown, request: RequestFacts): Problem {
  if (error instanceof WinchError && isProblemCode(error.code)) {
    return problem(error.code, sentence(error.message), request, faultsOf(error));
  }
  const foreign = foreignProblem(error);
  if (foreign) return problem(foreign.code, foreign.detail, request, []);
  return {
    ...problem(
      'internal-error',
      `Give this id to an administrator, who finds it in the log: ${request.id}`,
      request,
      [],
    ),
    id: request.id,
  };
}

function problem(
  code: ProblemCode,
  detail: string,
  request: RequestFacts,
  faults: readonly Fault[],
): Problem {
  const { status, title } = problems[code];
  const base = { type: `urn:winch:problem:${code}`, title, status, detail, instance: request.path, code };
  return faults.length > 0 ? { ...base, errors: faults } : base;
}

function faultsOf(error: WinchError): readonly Fault[] {
  return 'faults' in error && Array.isArray(error.faults) ? error.faults : [];
}

/** Our messages carry no final period; an answer's detail is a sentence. */
function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

interface Foreign {
  readonly code: ProblemCode;
  readonly detail: string;
}

/** Nest's router raises these itself; our own code throws none of them. */
function foreignProblem(error: unknown): Foreign | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const status = error.getStatus();
  if (status === 404) return { code: 'unknown-route', detail: sentence(error.message) };
  if (status >= 400 && status < 500) return { code: 'malformed-request', detail: sentence(error.message) };
  return undefined;
}
