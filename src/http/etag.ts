import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { RequestError } from './errors.js';

/** The entity tag of a resource's revision or last change (RFC 9110 section 8.8.3). */
export function etagOf(version: string | number): string {
  return `"${version}"`;
}

/**
 * Checks `If-Match` before a change, so that nobody overwrites what he has not seen (RFC 9110 section 13.1.1).
 *
 * @throws RequestError `precondition-required` (428) without the header, `precondition-failed` (412) when the
 * resource has changed since.
 */
export function checkIfMatch(header: string | undefined, current: string | number): void {
  if (header === undefined) {
    throw new RequestError(
      'precondition-required',
      'Send If-Match with the ETag of the resource as you last read it',
    );
  }
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(etagOf(current))) return;
  throw new RequestError(
    'precondition-failed',
    `The resource is at ${etagOf(current)} now: read it again, then repeat the change on what you see`,
  );
}

/** Compares the version that is about to be changed with the one that the client saw. */
export type VersionCheck = (current: string | number) => void;

/** The handler's parameter that checks `If-Match` once the present version is known, inside the transaction. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): VersionCheck => {
  const header = context.switchToHttp().getRequest<Request>().get('if-match');
  return (current) => checkIfMatch(header, current);
});

/** As `IfMatch`, where the header is not demanded: it is checked when it is sent. */
export const IfMatchWhenSent = createParamDecorator((_: unknown, context: ExecutionContext): VersionCheck => {
  const header = context.switchToHttp().getRequest<Request>().get('if-match');
  return header === undefined ? () => undefined : (current) => checkIfMatch(header, current);
});

/** Describes the header for the OpenAPI document. */
export function IfMatchHeader({ required = true } = {}): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required,
    description: 'The ETag of the resource as you last read it, so that you overwrite nothing unseen',
    schema: { type: 'string', examples: ['"3"'] },
  });
}
