import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { WinchError } from '../shared/errors.js';
import { allowedMethods } from './allowed-methods.js';
import { RequestError } from './errors.js';
import { type Problem, toProblem } from './problem.js';

/** Turns everything that was thrown on the way to an answer into `application/problem+json` (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(PinoLogger) private readonly logger: PinoLogger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = this.#problemOf(error, request, response);
    this.#log(error, problem);
    // An event stream that has begun cannot change its status any more; ending it makes the client resume.
    if (response.headersSent) response.end();
    else answerProblem(response, problem);
  }

  #problemOf(error: unknown, request: Request, response: Response): Problem {
    const facts = { path: pathOf(request), id: idOf(request) };
    const problem = toProblem(error, facts);
    if (problem.code !== 'unknown-route') return problem;
    const methods = allowedMethods(request);
    if (methods.length === 0) return problem;
    response.setHeader('Allow', methods.join(', '));
    return toProblem(
      new RequestError('method-not-allowed', `${facts.path} takes ${methods.join(', ')}`),
      facts,
    );
  }

  #log(error: unknown, problem: Problem): void {
    if (problem.code === 'internal-error')
      this.logger.error({ err: error, id: problem.id }, 'request-failed');
    else if (error instanceof WinchError && error.logLevel !== 'info') {
      this.logger[error.logLevel]({ err: error, code: error.code }, 'request-refused');
    }
  }
}

function answerProblem(response: Response, problem: Problem): void {
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Winch"');
  if (problem.status === 429 || problem.status === 503)
    response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** A reader that ended makes room for the next one at any moment: there is nothing better to compute. */
const RETRY_AFTER_SECONDS = '30';

/** The path without its query, which may hold what a client typed into a search box. */
function pathOf(request: Request): string {
  return request.originalUrl.split('?')[0] ?? '/';
}

function idOf(request: Request): string {
  return typeof request.id === 'string' ? request.id : 'unknown';
}
