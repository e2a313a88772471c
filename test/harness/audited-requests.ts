/** One request for every operation of the API that changes something, in an order in which each finds what it needs. */
export interface AuditedRequest {
  /** As openapi.json names it: `POST /api/v1/assets`. */
  readonly operation: string;
  /** What the audit log calls it. */
  readonly action: string;
  /** Names, in braces, what an earlier request made: `/assets/{asset}`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends no API key. */
  readonly withoutKey?: boolean;
  /** The name under which later requests find the id of what it makes. */
  readonly as?: string;
}

/** Changes nothing, whatever its method says. */
export const ONLY_READING: readonly string[] = [
  'POST /api/v1/groups/preview',
  'POST /api/v1/packages/validate',
];

export const PLANTED = 'pl4nted-Secret-0123456789';
/** The same in Base64, as the secret of a webhook. */
export const PLANTED_BYTES = Buffer.from(PLANTED.padEnd(32, '!')).toString('base64');
const ANY = { 'If-Match': '*' };
const PACKAGE = {
  name: 'Audited',
  parameters: [{ name: 'TOKEN', secret: true }],
  steps: [{ name: 'One', type: 'command', command: 'echo 1' }],
};
const SCHEDULE = {
  name: 'Nightly',
  trigger: { daily: true, at: '03:00', timeZone: 'UTC' },
  packages: [{ package: 'Audited', parameters: { TOKEN: PLANTED } }],
  targets: { assets: ['AUDITED'] },
};

function request(
  operation: string,
  action: string,
  rest: Partial<Omit<AuditedRequest, 'operation' | 'action'>> = {},
): AuditedRequest {
  const [method = '', path = ''] = operation.split(' ');
  return { operation: `${method} /api/v1${path}`, action, path, ...rest };
}

export const AUDITED: readonly AuditedRequest[] = [
  request('POST /keys', 'api-key.create', {
    body: { name: 'second', owner: 'bob', role: 'viewer' },
    as: 'key',
  }),
  request('DELETE /keys/{id}', 'api-key.remove', { path: '/keys/{key}' }),
  request('POST /session', 'session.create', { body: { key: '{apiKey}' }, withoutKey: true }),
  request('DELETE /session', 'session.remove', {
    headers: { cookie: '{cookie}', 'x-csrf-token': '{csrfToken}' },
    withoutKey: true,
  }),
  request('POST /assets', 'asset.create', {
    body: { name: 'AUDITED', address: '127.0.0.1', transport: 'http' },
    as: 'asset',
  }),
  request('POST /assets/import', 'asset.import', {
    body: 'name\nIMPORTED\n',
    headers: { 'content-type': 'text/csv' },
  }),
  request('POST /assets', 'asset.create', {
    body: { name: 'LATER', address: '127.0.0.1', transport: 'http' },
  }),
  request('PATCH /assets/{id}', 'asset.change', { path: '/assets/{asset}', body: { tags: ['pilot'] } }),
  request('PUT /assets/{id}', 'asset.change', {
    path: '/assets/{asset}',
    body: { name: 'AUDITED', address: '127.0.0.1', transport: 'http', port: 1 },
  }),
  request('POST /assets/{id}/scan', 'asset.scan', { path: '/assets/{asset}/scan' }),
  request('POST /credentials', 'credential.create', {
    body: { name: 'Audited', username: 'X\\y', password: PLANTED, scope: { assets: [] } },
    as: 'credential',
  }),
  request('PATCH /credentials/{id}', 'credential.change', {
    path: '/credentials/{credential}',
    body: { password: `${PLANTED}-2` },
  }),
  request('DELETE /credentials/{id}', 'credential.remove', { path: '/credentials/{credential}' }),
  request('POST /shares', 'share.create', { body: { name: 'Audited', unc: '\\\\files\\p' }, as: 'share' }),
  request('PATCH /shares/{id}', 'share.change', {
    path: '/shares/{share}',
    body: { unc: '\\\\files\\q' },
  }),
  request('DELETE /shares/{id}', 'share.remove', { path: '/shares/{share}' }),
  request('POST /groups', 'group.create', {
    body: { name: 'Audited', kind: 'static', members: [] },
    as: 'group',
  }),
  request('PUT /groups/{id}', 'group.change', {
    path: '/groups/{group}',
    body: { name: 'Audited', kind: 'static', members: ['AUDITED'] },
    headers: ANY,
  }),
  request('DELETE /groups/{id}', 'group.remove', { path: '/groups/{group}', headers: ANY }),
  request('POST /packages', 'package.create', { body: PACKAGE, as: 'package' }),
  request('PUT /packages/{id}', 'package.change', {
    path: '/packages/{package}',
    body: { ...PACKAGE, description: 'Changed' },
    headers: ANY,
  }),
  request('POST /packages/{id}/duplicate', 'package.duplicate', {
    path: '/packages/{package}/duplicate',
    body: { name: 'Copy' },
    as: 'copy',
  }),
  request('POST /packages/import', 'package.import', { body: { ...PACKAGE, name: 'Imported' } }),
  request('DELETE /packages/{id}', 'package.remove', { path: '/packages/{copy}', headers: ANY }),
  request('POST /queue/pause', 'queue.pause', { body: { reason: 'Change freeze' } }),
  request('PUT /queue/concurrency', 'queue.change', { body: { concurrency: 50 } }),
  request('POST /deployments', 'deployment.create', {
    body: {
      package: 'Audited',
      targets: { assets: ['AUDITED', 'LATER'] },
      waves: [{ count: 1 }],
      parameters: { TOKEN: PLANTED },
      ticket: { system: 'servicenow', id: 'CHG1' },
    },
    as: 'deployment',
  }),
  request('POST /deployments/{id}/next-wave', 'deployment.next-wave', {
    path: '/deployments/{deployment}/next-wave',
  }),
  request('POST /deployments/{id}/override-windows', 'deployment.override-windows', {
    path: '/deployments/{deployment}/override-windows',
    body: { reason: 'Zero-day' },
  }),
  request('POST /deployments/{id}/pause', 'deployment.pause', { path: '/deployments/{deployment}/pause' }),
  request('POST /deployments/{id}/resume', 'deployment.resume', {
    path: '/deployments/{deployment}/resume',
  }),
  request('POST /deployments/{id}/cancel', 'deployment.cancel', {
    path: '/deployments/{deployment}/cancel',
  }),
  request('POST /deployments/{id}/rerun', 'deployment.rerun', {
    path: '/deployments/{deployment}/rerun',
    body: { parameters: { TOKEN: PLANTED } },
    as: 'rerun',
  }),
  request('POST /runs/{id}/cancel', 'run.cancel', { path: '/runs/{run of rerun}/cancel' }),
  request('POST /schedules', 'schedule.create', { body: SCHEDULE, as: 'schedule' }),
  request('PUT /schedules/{id}', 'schedule.change', {
    path: '/schedules/{schedule}',
    body: { ...SCHEDULE, description: 'Changed' },
    headers: ANY,
  }),
  request('POST /schedules/{id}/run', 'schedule.run', { path: '/schedules/{schedule}/run' }),
  request('DELETE /schedules/{id}', 'schedule.remove', { path: '/schedules/{schedule}', headers: ANY }),
  request('POST /queue/cancel', 'queue.cancel', { body: { reason: 'Wrong package' } }),
  request('POST /queue/resume', 'queue.resume'),
  request('POST /queue/sweep', 'queue.sweep'),
  request('POST /webhooks', 'webhook.create', {
    body: { name: 'Audited', url: 'http://127.0.0.1:9/', events: [], secret: `whsec_${PLANTED_BYTES}` },
    as: 'webhook',
  }),
  request('PATCH /webhooks/{id}', 'webhook.change', {
    path: '/webhooks/{webhook}',
    body: { events: ['run.finished'] },
  }),
  request('POST /webhooks/{id}/secret', 'webhook.secret', { path: '/webhooks/{webhook}/secret' }),
  request('POST /webhooks/{id}/ping', 'webhook.ping', { path: '/webhooks/{webhook}/ping', as: 'delivery' }),
  request('POST /webhooks/{id}/deliveries/{deliveryId}/send', 'webhook.send', {
    path: '/webhooks/{webhook}/deliveries/{delivery}/send',
  }),
  request('DELETE /webhooks/{id}', 'webhook.remove', { path: '/webhooks/{webhook}' }),
  request('DELETE /assets/{id}', 'asset.remove', { path: '/assets/{spare}' }),
];
