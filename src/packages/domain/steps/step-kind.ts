import type { Fault } from '../../../shared/errors.js';
import type { PlanLaunch } from '../execution-plan.js';

/**
 * What a text field is: a `path` must be absolute once its tokens are replaced, a `program` may be a bare name
 * as well, `plain` text is taken as it is.
 */
export type TextUse = 'path' | 'program' | 'plain';

/** Where a text field stands in its step. */
export interface TextPlace {
  /** The names and indexes that lead to it: `['command']`, `['all', 0, 'file', 'path']`. */
  readonly at: readonly (string | number)[];
  readonly use: TextUse;
}

export type MapText = (text: string, place: TextPlace) => string;

export interface FaultContext {
  /** The JSON Pointer of a place in the step. */
  readonly pointer: (...at: readonly (string | number)[]) => string;
  /** False before tokens are replaced: one may still bring what seems to be missing. */
  readonly isWritten: boolean;
}

/** What a step type knows to do, beside its schema. One file per step type holds both. */
export interface StepKind<S> {
  /** The step with each text in which tokens are replaced as `map` gives it, in the order of the package file. */
  mapTexts(step: S, map: MapText): S;
  /** What is wrong with the texts' content: an extension that nothing runs, for example. */
  contentFaults(step: S, context: FaultContext): Fault[];
  /** What the runner does; null when `contentFaults` says why there is nothing that it could do. */
  launch(step: S): PlanLaunch | null;
}

/** A place whose text must be an absolute path. */
export function pathAt(...at: readonly (string | number)[]): TextPlace {
  return { at, use: 'path' };
}

/** A place of plain text. */
export function plainAt(...at: readonly (string | number)[]): TextPlace {
  return { at, use: 'plain' };
}
