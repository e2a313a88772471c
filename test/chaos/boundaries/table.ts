import type { OperationName } from '../../windows-host/soap/operation.js';

/** How a run is held at a boundary. */
export type HoldPoint =
  /** Its deployment is paused. */
  | { readonly where: 'release' }
  /** The api's command that adds the job is held before Redis. */
  | { readonly where: 'add' }
  /** The job lies in Redis, and the worker's connection is held. */
  | { readonly where: 'take' }
  /** The worker's command that removes the job is held before Redis. */
  | { readonly where: 'remove' }
  /** The run's events are held between worker and api, from the first of this type on. */
  | { readonly where: 'door'; readonly type: string; readonly side: 'request' | 'answer' }
  /** A WinRM operation stands still at the host: the first one of its kind follows the run, the second cleans up. */
  | {
      readonly where: 'host';
      readonly on: OperationName;
      readonly nth: 1 | 2;
      readonly when: 'before' | 'after';
    }
  /** The task runs, but the runner has not claimed the run. */
  | { readonly where: 'claim' };

export interface Boundary {
  /** What has just happened, and what is about to happen. */
  readonly name: string;
  readonly at: HoldPoint;
}

const RUNNER_EVENTS = [
  'run.started',
  'step.started',
  'step.output',
  'step.finished',
  'run.completed',
  'final-action.skipped',
] as const;

/**
 * Every boundary of the flow: between each two steps of a run there is an instant at which something may vanish. Kept in
 * step with docs/developing/reliability.md.
 */
export const BOUNDARIES: readonly Boundary[] = [
  { name: 'ordered, not released', at: { where: 'release' } },
  { name: 'released, not queued', at: { where: 'add' } },
  { name: 'queued, not taken', at: { where: 'take' } },
  ...reported('run.connecting'),
  ...atHost('Negotiate', 1, ['before']),
  ...atHost('Create', 1),
  ...atHost('Command', 1),
  ...reported('run.starting'),
  ...atHost('Send', 1),
  { name: 'task registered, not claimed', at: { where: 'claim' } },
  ...atHost('Receive', 1),
  ...reported('run.attached'),
  ...RUNNER_EVENTS.flatMap((type) => reported(type)),
  ...atHost('Signal', 1),
  ...atHost('Delete', 1),
  ...reported('run.finished'),
  ...atHost('Create', 2),
  ...atHost('Send', 2),
  ...atHost('Delete', 2),
  ...reported('cleanup.finished'),
  { name: 'cleaned up, job not removed', at: { where: 'remove' } },
];

function reported(type: string): Boundary[] {
  return [
    { name: `${type} told, not recorded`, at: { where: 'door', type, side: 'request' } },
    { name: `${type} recorded, not answered`, at: { where: 'door', type, side: 'answer' } },
  ];
}

function atHost(
  on: OperationName,
  nth: 1 | 2,
  sides: readonly ('before' | 'after')[] = ['before', 'after'],
): Boundary[] {
  const purpose = nth === 1 ? 'following' : 'clean-up';
  return sides.map((when) => ({
    name: `${purpose}: ${on} ${when === 'before' ? 'sent, not carried out' : 'carried out, not answered'}`,
    at: { where: 'host', on, nth, when },
  }));
}
