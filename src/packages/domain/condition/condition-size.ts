import type { Fault } from '../../../shared/errors.js';
import { fault, pointerTo } from '../faults.js';
import { LIMITS } from '../schema-fields.js';

interface Node {
  readonly value: unknown;
  readonly depth: number;
}

/**
 * Refuses a step whose condition has too many criteria or groups within groups, before a parser descends into it. Reads
 * only lists and the fields of groups, and never recurses.
 */
export function conditionSizeFaults(step: unknown, index: number): Fault[] {
  const open: Node[] = [...groupsIn(step, 0), ...groupsIn(fieldOf(step, 'detect'), 0)];
  let criteria = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { value, depth } = node;
    if (depth > LIMITS.conditionDepth)
      return [tooLarge(index, `groups stand at most ${LIMITS.conditionDepth} deep`)];
    if (++criteria > LIMITS.criteria)
      return [tooLarge(index, `a step has at most ${LIMITS.criteria} criteria`)];
    open.push(...groupsIn(value, depth));
  }
  return [];
}

function groupsIn(value: unknown, depth: number): Node[] {
  const groups = ['all', 'any', 'not'].map((name) => fieldOf(value, name));
  return groups.flatMap((group) => {
    const parts: readonly unknown[] = Array.isArray(group) ? group.slice(0, LIMITS.criteria + 1) : [group];
    return parts.filter((part) => part !== undefined).map((part) => ({ value: part, depth: depth + 1 }));
  });
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function tooLarge(index: number, why: string): Fault {
  return fault('condition-too-large', pointerTo('steps', index), `This condition is too large: ${why}`);
}
