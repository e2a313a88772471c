import type { Jump } from './steps/step-base.js';
import type { PackageStep } from './steps/step-types.js';

/** Where a jump leads: the index of an enabled step, or an end. */
export type Destination = number | 'stop-success' | 'stop-failure';

/** What a step needs to take part in the graph. */
export type GraphStep = Pick<PackageStep, 'name' | 'enabled' | 'onSuccess' | 'onFailure'>;

/** Step names are the same in upper and lower case. */
export function stepKey(name: string): string {
  return name.trim().toLowerCase();
}

/** The first enabled step at or after `index`; after the last step comes stop-success. */
export function enabledFrom(steps: readonly GraphStep[], index: number): Destination {
  const found = steps.findIndex((step, position) => position >= index && step.enabled);
  return found === -1 ? 'stop-success' : found;
}

/** Resolves a jump of the step at `from`; a disabled step is passed over. Undefined when no step has that name. */
export function resolveJump(steps: readonly GraphStep[], from: number, jump: Jump): Destination | undefined {
  if (jump === 'next') return enabledFrom(steps, from + 1);
  if (typeof jump === 'string') return jump;
  const target = steps.findIndex((step) => stepKey(step.name) === stepKey(jump.step));
  return target === -1 ? undefined : enabledFrom(steps, target);
}

/** For each step the steps it can lead to. Unknown names lead nowhere: they are faults elsewhere. */
function edges(steps: readonly GraphStep[]): number[][] {
  return steps.map((step, index) => {
    const ways = [resolveJump(steps, index, step.onSuccess), resolveJump(steps, index, step.onFailure)];
    return ways.filter((way): way is number => typeof way === 'number');
  });
}

function reachableFrom(graph: readonly (readonly number[])[], starts: readonly number[]): Set<number> {
  const seen = new Set<number>();
  const open = [...starts];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    open.push(...(graph[index] ?? []));
  }
  return seen;
}

/** The enabled steps that no way from the first enabled step reaches. */
export function unreachableSteps(steps: readonly GraphStep[]): number[] {
  const start = enabledFrom(steps, 0);
  const reached = reachableFrom(edges(steps), typeof start === 'number' ? [start] : []);
  return steps.flatMap((step, index) => (step.enabled && !reached.has(index) ? [index] : []));
}

/** A group of steps that can go round for ever, by index; `escapes` when some way leads out of it. */
export interface Loop {
  readonly steps: readonly number[];
  readonly escapes: boolean;
}

/** The loops among the steps that can be reached: each a largest group in which every step leads back to every other. */
export function loops(steps: readonly GraphStep[]): Loop[] {
  const graph = edges(steps);
  const reach = graph.map((targets) => reachableFrom(graph, targets));
  const start = enabledFrom(steps, 0);
  const live = reachableFrom(graph, typeof start === 'number' ? [start] : []);
  const found: Loop[] = [];
  const placed = new Set<number>();
  for (const index of [...live].toSorted((a, b) => a - b)) {
    if (placed.has(index) || !reach[index]?.has(index)) continue;
    const members = [...reach[index]].filter((other) => reach[other]?.has(index)).toSorted((a, b) => a - b);
    for (const member of members) placed.add(member);
    found.push({ steps: members, escapes: members.some((member) => leavesGroup(steps, member, members)) });
  }
  return found;
}

function leavesGroup(steps: readonly GraphStep[], index: number, group: readonly number[]): boolean {
  const step = steps[index];
  if (step === undefined) return false;
  return [step.onSuccess, step.onFailure].some((jump) => {
    const way = resolveJump(steps, index, jump);
    return typeof way !== 'number' || !group.includes(way);
  });
}
