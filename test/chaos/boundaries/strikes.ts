import type { Strike } from './boundary-run.js';

/** What is done at every boundary, by name. */
export const STRIKES: Readonly<Record<string, Strike>> = {
  flush: () => ({ kind: 'flush' }),
  'kill-worker': () => ({ kind: 'kill', victims: ['worker'], downMs: 1_000 }),
  'kill-api': () => ({ kind: 'kill', victims: ['api'], downMs: 1_000 }),
  'kill-redis': () => ({ kind: 'kill', victims: ['redis'], downMs: 2_000 }),
  'kill-both': () => ({ kind: 'kill', victims: ['worker', 'api'], downMs: 1_000 }),
  'kill-all': () => ({ kind: 'kill', victims: ['worker', 'api', 'redis'], downMs: 1_000 }),
  freeze: () => ({ kind: 'freeze', forMs: 40_000 }),
  'suspend-api': () => ({ kind: 'suspend', victims: ['api'], forMs: 40_000 }),
  'suspend-all': () => ({ kind: 'suspend', victims: ['worker', 'api', 'redis'], forMs: 45_000 }),
  unreachable: () => ({ kind: 'unreachable', forMs: 12_000 }),
  locked: () => ({ kind: 'locked', forMs: 7_000 }),
  'disk-full': () => ({ kind: 'disk-full', forMs: 5_000 }),
  reboot: (hosts) => ({ kind: 'reboot', hosts, torn: false }),
  'reboot-torn': (hosts) => ({ kind: 'reboot', hosts, torn: true }),
  'restart-service': (hosts) => ({ kind: 'restart-service', hosts }),
  clock: (hosts) => ({ kind: 'clock', hosts, offsetSeconds: -5_400 }),
};
