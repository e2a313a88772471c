import type { Wave } from '../../deployments/domain/waves.js';

/** A deployment with waves, or one that halts when too much fails. */
export interface WavedDeployment {
  /** Empty: all its runs are one wave. */
  readonly waves: readonly Wave[];
  /** Runs up to this wave may begin. */
  readonly openWave: number;
  readonly haltAtFailurePercent: number | null;
}

/** How the runs of the open wave stand. */
export interface WaveProgress {
  readonly total: number;
  readonly finished: number;
  /** Those that had begun and went wrong (`wentWrong`), since someone last let the deployment go on. */
  readonly failed: number;
  readonly lastFinishedAt: string | null;
}

export type WaveDecision =
  { readonly do: 'open'; readonly wave: number } | { readonly do: 'halt'; readonly reason: string };

/**
 * Decides whether the next wave of a running deployment begins, or whether it halts; null: neither. It halts as soon as
 * the share of failed runs among all runs of the open wave reaches the threshold, while others of the wave are under way.
 */
export function decideWave(
  deployment: WavedDeployment,
  progress: WaveProgress,
  now: Date,
): WaveDecision | null {
  const { waves, openWave, haltAtFailurePercent } = deployment;
  const { total, finished, failed } = progress;
  if (haltAtFailurePercent !== null && failed > 0 && failed * 100 >= haltAtFailurePercent * total) {
    const wave = waves.length > 0 ? ` of wave ${openWave + 1}` : '';
    return {
      do: 'halt',
      reason: `${failed} of ${total} runs${wave} failed: it halts at ${haltAtFailurePercent} %`,
    };
  }
  if (waves.length === 0 || finished < total || waves[openWave + 1]?.manual === true) return null;
  return isSoaked(waves[openWave], progress, now) ? { do: 'open', wave: openWave + 1 } : null;
}

function isSoaked(wave: Wave | undefined, { lastFinishedAt }: WaveProgress, now: Date): boolean {
  if (!wave || lastFinishedAt === null) return true;
  return Date.parse(lastFinishedAt) + wave.soakSeconds * 1000 <= now.getTime();
}
