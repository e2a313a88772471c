import type { Releases } from '../../src/dispatch/domain/decide-releases.js';
import type { DispatchState, WaitingRun } from '../../src/dispatch/domain/dispatch-state.js';

/** A run that is under way, and until when at the longest. */
export type Active = WaitingRun & { readonly endsMs: number };

/** A state, what was decided about it, and what is under way after that. */
export interface Decided {
  readonly state: DispatchState;
  readonly decision: Releases;
  readonly active: readonly Active[];
  readonly now: Date;
}

const MINUTES_PER_DAY = 1440;
const NIGHT_BEGINS = 22 * 60;
const NIGHT_ENDS = 4 * 60;
const NIGHTLY = 'g-nightly';

/** What the dispatcher promises, computed another way than it does; each sentence is a promise that was broken. */
export function brokenPromises(decided: Decided): string[] {
  return [
    ...doubleAssets(decided),
    ...exceededLimits(decided),
    ...outsideOfWindows(decided),
    ...wrongReasons(decided),
  ].map((sentence) => `${decided.now.toISOString()}: ${sentence}`);
}

function doubleAssets({ state, decision, active }: Decided): string[] {
  const assets = active.map((run) => run.assetId);
  const twice = assets.filter((id, index) => assets.indexOf(id) !== index).map((id) => `two runs on ${id}`);
  const scanned = decision.release.filter((run) => state.busyAssets.has(run.assetId));
  return [...twice, ...scanned.map((run) => `${run.id} on ${run.assetId}, which is being scanned`)];
}

function exceededLimits({ state, active }: Decided): string[] {
  return [...state.limits].flatMap(([limited, limit]) => {
    const count = active.filter((run) => counts(state, run).includes(limited)).length;
    return count > limit ? [`${count} runs of ${limited}, which may have ${limit}`] : [];
  });
}

function counts(state: DispatchState, { deploymentId, shareId, assetId }: WaitingRun): readonly string[] {
  return ['all', deploymentId, shareId ?? '', ...(state.groupsOf.get(assetId) ?? [])];
}

function outsideOfWindows({ state, active, now }: Decided): string[] {
  const nightly = active.filter((run) => isNightly(state, run));
  return nightly.filter(() => nightLeft(now) === 0).map((run) => `${run.id} is under way by day`);
}

/** Whether each run that is not released has a reason that is true, and each that is has none. */
function wrongReasons(decided: Decided): string[] {
  const { state, decision } = decided;
  const reasons = new Map(decision.hold.map(({ id, waitingFor }) => [id, waitingFor]));
  const released = new Set(decision.release.map((run) => run.id));
  const expired = new Set(decision.expire);
  return state.waiting.flatMap((run) => {
    const due = run.expiresAt <= decided.now.toISOString();
    if (due || expired.has(run.id)) return due === expired.has(run.id) ? [] : [`${run.id} expired wrongly`];
    const reason = released.has(run.id) ? null : (reasons.get(run.id) ?? run.waitingFor);
    const expected = standingReason(decided, run);
    if (expected !== null)
      return reason === expected ? [] : [`${run.id} waits for ${reason}, not ${expected}`];
    if (reason === null || isTrue(reason, run, decided)) return [];
    return [`${run.id} says ${reason}, which is not so`];
  });
}

/** The reason that does not depend on what else was released. */
function standingReason({ state, now }: Decided, run: WaitingRun): string | null {
  const deployment = state.deployments.get(run.deploymentId);
  if (!deployment) return 'no deployment';
  if (state.isPaused || deployment.state === 'paused') return 'paused';
  if (deployment.notBefore !== null && deployment.notBefore > now.toISOString()) return 'not-before';
  if (run.wave > deployment.openWave) return 'wave';
  const needed = deployment.expectedDurationSeconds / 60;
  return isNightly(state, run) && nightLeft(now) < needed ? 'window' : null;
}

function isTrue(reason: string, run: WaitingRun, { state, active }: Decided): boolean {
  if (reason === 'asset-free')
    return state.busyAssets.has(run.assetId) || active.some(({ assetId }) => assetId === run.assetId);
  if (reason !== 'concurrency') return false;
  return counts(state, run).some((limited) => {
    const limit = [...state.limits].find(([id]) => id === limited)?.[1] ?? Infinity;
    return active.filter((other) => counts(state, other).includes(limited)).length >= limit;
  });
}

function isNightly(state: DispatchState, { assetId }: WaitingRun): boolean {
  return (state.groupsOf.get(assetId) ?? []).some((id) => id === NIGHTLY);
}

/** Minutes that are left of the night; 0 by day. */
function nightLeft(now: Date): number {
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  if (minute >= NIGHT_BEGINS) return MINUTES_PER_DAY - minute + NIGHT_ENDS;
  return Math.max(0, NIGHT_ENDS - minute);
}
