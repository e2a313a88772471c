import { subjectOf, type SubjectKind } from './subject.js';

/** What a request to a route is recorded as. */
export interface AuditedRoute {
  readonly action: string;
  readonly subject: SubjectKind;
}

const ROUTE = /^\/api\/v1\/([a-z-]+)(?:\/(.*))?$/;

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'change',
  PATCH: 'change',
  DELETE: 'remove',
};

/**
 * Tells from method and path (`/api/v1/assets/:id`) what a request does, so that no route can be forgotten. Null: it
 * only reads, or is not of the public API.
 */
export function auditedRoute(method: string, path: string): AuditedRoute | null {
  const verb = VERBS[method];
  const [, resource, rest = ''] = ROUTE.exec(path) ?? [];
  if (verb === undefined || resource === undefined) return null;
  const subject = subjectOf(resource);
  // `:id/cancel` and `import` name what they do; `:id` and nothing leave it to the method.
  const words = rest.split('/').filter((part) => part !== '' && !part.startsWith(':'));
  const named = method === 'POST' ? words.at(-1) : undefined;
  return { action: `${subject.type}.${named ?? verb}`, subject };
}
