/** The straight line through points (least squares): its slope, per unit of `x`. */
export function slopeOf(points) {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

/** A rise that is no growth: the share of the mean that garbage collection and chance make in a healthy process. */
const TOLERATED_SHARE = 0.1;

/**
 * Judges a curve by its second half, when caches are warm and retention has taken hold: it is flat when the straight
 * line through that half rises by less than a tenth of the half's mean, or by less than `floor`.
 *
 * @param points `{ x, y }` in the order of x
 */
export function judge(points, floor) {
  const middle = ((points.at(0)?.x ?? 0) + (points.at(-1)?.x ?? 0)) / 2;
  const half = points.filter(({ x }) => x >= middle);
  const rise = slopeOf(half) * ((half.at(-1)?.x ?? 0) - (half.at(0)?.x ?? 0));
  const level = mean(half.map(({ y }) => y));
  return { level, rise, isFlat: rise < Math.max(floor, TOLERATED_SHARE * level) };
}

function mean(values) {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
