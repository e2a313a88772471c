import { z } from 'zod';
import { OPERATIONS, type OperationName } from '../soap/operation.js';
import { Stalls } from './stalls.js';

/** What goes wrong before the operation is carried out, or after it when `when` says so. */
const INTERRUPTIONS = ['drop', 'stall', 'reset', 'half-close', 'fault', 'status'] as const;
/** What goes wrong with the reply of an operation that was carried out. */
const SPOILED_REPLIES = ['clear', 'bad-seal', 'wrong-sequence', 'truncated', 'slow', 'no-exit-code'] as const;

/**
 * One thing that shall go wrong, as `POST /faults` takes it.
 * drop: end the connection. reset: end it with RST. half-close: end our side and answer nothing.
 * stall: answer nothing for `forMs` (default: until the faults are cleared). fault: answer the fault `code`. status: answer the HTTP `status`.
 * clear: answer in clear text. bad-seal, wrong-sequence: answer what cannot be opened. truncated: half a body.
 * slow: `bytes` every `everyMs`. no-exit-code: Done without its ExitCode.
 */
export const misbehaviourSchema = z
  .strictObject({
    on: z.enum([...OPERATIONS, '*']),
    /** The first operation that misbehaves, counted from now. */
    nth: z.int().min(1).default(1),
    /** How many in a row. */
    times: z.int().min(1).default(1),
    do: z.enum([...INTERRUPTIONS, ...SPOILED_REPLIES]),
    when: z.enum(['before', 'after']).optional(),
    code: z.int().min(0).max(0xffffffff).default(2150859174),
    status: z.int().min(200).max(599).default(503),
    forMs: z.int().min(0).optional(),
    bytes: z.int().min(1).default(64),
    everyMs: z.int().min(1).default(20),
  })
  .refine((rule) => rule.when !== 'before' || !isSpoiledReply(rule.do), {
    path: ['when'],
    message: 'A reply can only be spoiled after the operation',
  });

export type Misbehaviour = z.output<typeof misbehaviourSchema>;
export type MisbehaviourInput = z.input<typeof misbehaviourSchema>;

/** Whether the operation itself is carried out before things go wrong. */
export function happensAfter(rule: Misbehaviour): boolean {
  return rule.when === 'after' || isSpoiledReply(rule.do);
}

function isSpoiledReply(name: string): boolean {
  return (SPOILED_REPLIES as readonly string[]).includes(name);
}

/** The rules of one host. Each counts the operations it names, and is forgotten when it is used up. */
export class Misbehaviours {
  readonly stalls = new Stalls();
  #rules: { readonly rule: Misbehaviour; seen: number }[] = [];

  add(rules: readonly Misbehaviour[]): void {
    this.#rules.push(...rules.map((rule) => ({ rule, seen: 0 })));
  }

  /** Forgets the rules, and lets go on what stands still because of one. */
  clear(): void {
    this.#rules = [];
    this.stalls.release();
  }

  /** The rules that have not been used up. */
  get pending(): readonly Misbehaviour[] {
    return this.#rules.map(({ rule }) => rule);
  }

  /** Counts this operation, and answers what shall go wrong with it. */
  next(operation: OperationName): Misbehaviour | null {
    let due: Misbehaviour | null = null;
    for (const entry of this.#rules) {
      if (entry.rule.on !== operation && entry.rule.on !== '*') continue;
      entry.seen += 1;
      if (entry.seen >= entry.rule.nth) due ??= entry.rule;
    }
    this.#rules = this.#rules.filter(({ rule, seen }) => seen < rule.nth + rule.times - 1);
    return due;
  }
}
