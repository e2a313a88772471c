/** A part of a deployment that begins when the part before it has gone well. Exactly one of `count` and `percent` is given. */
export interface Wave {
  /** So many further runs. */
  readonly count?: number | undefined;
  /** Further runs until so many percent of all runs have had their turn. */
  readonly percent?: number | undefined;
  /** How long after the end of its last run the next wave begins. */
  readonly soakSeconds: number;
  /** It begins only when someone says so. */
  readonly manual: boolean;
}

/**
 * The wave of each of `total` runs, from 0, in the order of the targets. What the waves leave over is one more wave.
 * A wave may stay empty: there were fewer targets than its count, or its percentage is reached already.
 */
export function wavesOf(waves: readonly Wave[], total: number): readonly number[] {
  let end = 0;
  const ends = waves.map((wave) => {
    const wanted = wave.count === undefined ? shareOf(total, wave.percent ?? 0) : end + wave.count;
    end = Math.min(total, Math.max(end, wanted));
    return end;
  });
  const left = ends.length;
  return Array.from({ length: total }, (_, position) => {
    const wave = ends.findIndex((past) => position < past);
    return wave === -1 ? left : wave;
  });
}

function shareOf(total: number, percent: number): number {
  return Math.ceil((total * percent) / 100);
}
