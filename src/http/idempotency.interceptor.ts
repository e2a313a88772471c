import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  applyDecorators,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { type IdempotentAnswer, IdempotencyService, type KeptAnswer } from '../access/idempotency.service.js';
import { TextBody } from './body.js';
import { callerOf } from './current-caller.js';
import { RequestError } from './errors.js';

/** Printable ASCII, 1 to 255 characters. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/** The headers that belong to an answer and are repeated with it. */
const KEPT_HEADERS = ['location', 'etag'];

/** Honours `Idempotency-Key`; put it on a handler with `@Idempotent()`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(@Inject(IdempotencyService) private readonly idempotency: IdempotencyService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const key = request.get('idempotency-key');
    if (key === undefined) return next.handle();
    return defer(() => this.#once(request, http.getResponse<Response>(), { key, next }));
  }

  async #once(
    request: Request,
    response: Response,
    { key, next }: { readonly key: string; readonly next: CallHandler },
  ): Promise<unknown> {
    if (!KEY.test(key))
      throw new RequestError(
        'invalid-header',
        'Idempotency-Key must be 1 to 255 characters of printable ASCII',
      );
    const asked = {
      callerId: callerOf(request).keyId,
      path: request.originalUrl,
      key,
      body: contentOf(request.body),
    };
    const answer = await this.idempotency.run(asked, async () =>
      answerOf(await lastValueFrom(next.handle()), response),
    );
    if (answer.replayed) repeat(answer, response);
    return answer.body;
  }
}

/** The handler takes an `Idempotency-Key` (docs/api/README.md). Not for handlers whose answers hold a secret. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Makes the request safe to repeat: the same key and body within 7 days get the first answer again, with Idempotency-Replayed: true',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
}

function contentOf(body: unknown): unknown {
  return body instanceof TextBody ? body.text : body;
}

function answerOf(body: unknown, response: Response): KeptAnswer {
  const headers = KEPT_HEADERS.map((name) => [name, response.getHeader(name)]).filter(
    ([, value]) => typeof value === 'string',
  );
  return { status: response.statusCode, headers: Object.fromEntries(headers), body };
}

function repeat(answer: IdempotentAnswer, response: Response): void {
  response.status(answer.status).set(answer.headers).setHeader('Idempotency-Replayed', 'true');
}
