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
