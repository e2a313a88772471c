import type { NextFunction, Request, Response } from 'express';

/**
 * Our pages run only our own files; nothing may frame them. `unsafe-inline` for styles alone: Swagger UI and
 * bull-board set style attributes.
 */
const POLICY = {
  'default-src': "'self'",
  'img-src': "'self' data:",
  'style-src': "'self' 'unsafe-inline'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

/** bull-board finds its files through a `<base>` of its own path. */
const BASE_OF_ITS_OWN = { ...POLICY, 'base-uri': "'self'" };

const CONTENT_SECURITY_POLICY = policyText(POLICY);
const QUEUE_BOARD_POLICY = policyText(BASE_OF_ITS_OWN);

function policyText(policy: Readonly<Record<string, string>>): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** Where bull-board is served; its pages alone get the policy that it needs. */
export const QUEUE_BOARD_PATH = '/admin/queues';

export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', policyFor(request.path));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  if (request.secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
  // Answers hold the fleet's facts: no proxy or browser shall keep them.
  if (/^\/(api|admin)\//.test(request.path)) response.setHeader('Cache-Control', 'no-store');
  next();
}

function policyFor(path: string): string {
  const isBoard = path === QUEUE_BOARD_PATH || path.startsWith(`${QUEUE_BOARD_PATH}/`);
  return isBoard ? QUEUE_BOARD_POLICY : CONTENT_SECURITY_POLICY;
}
