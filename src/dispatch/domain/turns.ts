import type { ActiveRun, OpenDeployment, WaitingRun } from './dispatch-state.js';

const MINUTE_MS = 60_000;
/** As far as the highest priority is above the lowest: nobody needs more to have a turn. */
const MOST_FOR_STARVING = 200;
const MINUTES_PER_LEVEL_OF_AGE = 10;

/** A deployment in the queue, with those of its runs that are still to be considered. */
interface Place {
  readonly deployment: OpenDeployment;
  readonly runs: readonly WaitingRun[];
  next: number;
  active: number;
  starvedMinutes: number;
  readonly ageLevel: number;
}

/** What goes round in turns, and what is under way already. */
export interface TurnsParts {
  /** In the order in which they were ordered; each of an open deployment. */
  readonly candidates: readonly WaitingRun[];
  readonly active: readonly ActiveRun[];
  readonly deployments: ReadonlyMap<string, OpenDeployment>;
}

/**
 * The order in which waiting runs are considered: the deployment of the highest rank first, among equals the one with the
 * fewest runs under way, then the older one; within a deployment the older run.
 *
 * The rank is the priority, one more for each minute in which nothing of the deployment was released (at most 200), and
 * one more for each ten minutes of its age. So a deployment of low priority gets a turn now and then however much of
 * higher priority keeps coming, and since its age grows without end, it outranks at last all that was ordered later.
 */
export class Turns {
  /** The next one is the last: it can be taken off the end at no cost. */
  readonly #places: Place[];

  constructor(parts: TurnsParts, now: Date) {
    this.#places = placesOf(parts, now).toSorted(byTurn);
  }

  /** The next run to consider; undefined when none is left. */
  next(): WaitingRun | undefined {
    const place = this.#places.at(-1);
    const run = place?.runs[place.next];
    if (place && run) place.next += 1;
    if (place && place.next >= place.runs.length) this.#places.pop();
    return run;
  }

  /** Says that the run which was considered last is released: its deployment has had its turn. */
  released(run: WaitingRun): void {
    const place = this.#places.at(-1);
    // None when this was the last run of its deployment.
    if (!place || place.deployment.id !== run.deploymentId) return;
    place.active += 1;
    place.starvedMinutes = 0;
    this.#places.pop();
    this.#places.splice(this.#positionOf(place), 0, place);
  }

  #positionOf(place: Place): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#places[middle];
      if (other && byTurn(other, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function placesOf({ candidates, active, deployments }: TurnsParts, now: Date): Place[] {
  const activeOf = new Map<string, number>();
  for (const { deploymentId } of active) activeOf.set(deploymentId, (activeOf.get(deploymentId) ?? 0) + 1);
  const runsOf = Map.groupBy(candidates, (run) => run.deploymentId);
  return [...runsOf].flatMap(([id, runs]) => {
    const deployment = deployments.get(id);
    return deployment ? [placeOf({ deployment, runs, active: activeOf.get(id) ?? 0, now })] : [];
  });
}

function placeOf({
  deployment,
  now,
  ...rest
}: Pick<Place, 'deployment' | 'runs' | 'active'> & { readonly now: Date }): Place {
  const { createdAt, notBefore, lastReleasedAt } = deployment;
  const dueAt = notBefore ?? createdAt;
  const starved = minutesBetween(lastReleasedAt ?? dueAt, now);
  const ageLevel = Math.floor(minutesBetween(dueAt, now) / MINUTES_PER_LEVEL_OF_AGE);
  return { deployment, ...rest, next: 0, starvedMinutes: Math.min(starved, MOST_FOR_STARVING), ageLevel };
}

/** Whole minutes; none when a clock was set back. */
function minutesBetween(from: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(from)) / MINUTE_MS));
}

/** Positive when `a` comes before `b`: the last in this order has the next turn. */
function byTurn(a: Place, b: Place): number {
  return rankOf(a) - rankOf(b) || b.active - a.active || (a.deployment.id < b.deployment.id ? 1 : -1);
}

function rankOf({ deployment, starvedMinutes, ageLevel }: Place): number {
  return deployment.priority + starvedMinutes + ageLevel;
}
