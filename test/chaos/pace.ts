/** A range from which an instant or a duration is drawn. */
export interface Range {
  readonly fromMs: number;
  readonly spanMs: number;
}

/** How long everything takes in a chaos run. The same troubles at every pace. */
export interface Pace {
  readonly name: 'quick' | 'usual' | 'full';
  /** One deployment to a part of the fleet at each of these instants, so that some runs begin while others end. */
  readonly ordersAtMs: readonly number[];
  /** Troubles begin within it, after the first order. */
  readonly windowMs: number;
  /** How long a process that was killed stays away. */
  readonly down: Range;
  /** How long the worker stands still. Beyond 30 s the api takes it for dead, and its runs have another worker. */
  readonly frozen: Range;
  /** How long Redis stands still: it takes connections and answers none of them. */
  readonly unreachable: Range;
  /** How long another process holds SQLite's write lock. The api waits 5 s for it. */
  readonly locked: Range;
  /** How long the api's disk is full. */
  readonly full: Range;
  /** Within what every run must have finished after the last trouble. */
  readonly finishedWithinMs: number;
  /** Whether to wait until the timed nets have removed what troubles left: minutes. */
  readonly waitsForSweeps: boolean;
}

const PACES: Readonly<Record<Pace['name'], Pace>> = {
  // For every change of the program: what takes minutes is left out.
  quick: {
    name: 'quick',
    ordersAtMs: [0, 2_000, 4_000, 6_000],
    windowMs: 9_000,
    down: { fromMs: 300, spanMs: 700 },
    frozen: { fromMs: 2_000, spanMs: 2_000 },
    unreachable: { fromMs: 1_000, spanMs: 1_500 },
    locked: { fromMs: 500, spanMs: 1_000 },
    full: { fromMs: 500, spanMs: 1_000 },
    finishedWithinMs: 180_000,
    waitsForSweeps: false,
  },
  usual: {
    name: 'usual',
    ordersAtMs: [0, 9_000, 18_000, 27_000],
    windowMs: 38_000,
    down: { fromMs: 1_000, spanMs: 4_000 },
    frozen: { fromMs: 35_000, spanMs: 5_000 },
    unreachable: { fromMs: 6_000, spanMs: 9_000 },
    locked: { fromMs: 3_000, spanMs: 5_000 },
    full: { fromMs: 2_000, spanMs: 4_000 },
    finishedWithinMs: 300_000,
    waitsForSweeps: true,
  },
  // The durations that the reliability goal names: two minutes frozen, a minute away.
  full: {
    name: 'full',
    ordersAtMs: [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000],
    windowMs: 85_000,
    down: { fromMs: 1_000, spanMs: 59_000 },
    frozen: { fromMs: 120_000, spanMs: 5_000 },
    unreachable: { fromMs: 60_000, spanMs: 5_000 },
    locked: { fromMs: 10_000, spanMs: 20_000 },
    full: { fromMs: 10_000, spanMs: 20_000 },
    finishedWithinMs: 900_000,
    waitsForSweeps: true,
  },
};

/** @throws Error for a name that is none. */
export function paceNamed(name: string): Pace {
  const pace = Object.values(PACES).find((one) => one.name === name);
  if (pace === undefined) throw new Error(`There is no pace ${name}: ${Object.keys(PACES).join(', ')}`);
  return pace;
}
