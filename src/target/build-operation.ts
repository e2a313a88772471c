import type { ExecutionPlan } from '../packages/domain/execution-plan.js';
import type { Secret } from '../shared/secret.js';
import { operationScript, runnerScript } from './scripts.js';

/** What `start` and `follow` have in common. */
interface Following {
  readonly targetRunId: string;
  /** Which following of the run this is; a higher one on the target ends ours. */
  readonly epoch: number;
  /** Byte position in the journal, at the beginning of a line; 0 is the beginning. */
  readonly offset: number;
  /** After so many seconds without a line the target prints a heartbeat. */
  readonly heartbeatSeconds: number;
}

/** The input of an operation (docs/developing/operations.md, "Inputs"). */
export type OperationInput =
  | (Following & {
      readonly operation: 'start';
      /** Instant, UTC. Later than that nothing is started. */
      readonly startBefore: string;
      /** Task Scheduler's own limit: maximum duration + final action's wait + at least 300 s, so that the other nets come first. */
      readonly taskTimeLimitSeconds: number;
      readonly plan: ExecutionPlan;
    })
  | (Following & { readonly operation: 'follow'; readonly secretNames: readonly string[] })
  | { readonly operation: 'cancel'; readonly targetRunId: string }
  | { readonly operation: 'cleanup'; readonly targetRunId: string }
  | { readonly operation: 'scan' };

/** JSON with every non-ASCII character escaped: stdin passes through the console's code page. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function withRunner(input: OperationInput): object {
  if (input.operation !== 'start') return input;
  return { ...input, runner: Buffer.from(runnerScript(), 'latin1').toString('base64') };
}

function secretNamesOf(input: OperationInput): readonly string[] {
  if (input.operation === 'start') return input.plan.secretNames;
  return input.operation === 'follow' ? input.secretNames : [];
}

/**
 * The whole stdin of one operation: data, secrets, script. All ASCII, lines end in LF.
 *
 * `secrets` are the values of the plan's `secretNames`, in that order; they stand in line 2 only. The buffer holds
 * them in the clear (Base64): send it over an encrypted connection and keep it no longer than that takes.
 * Throws when there are more or fewer secrets than names: the runner would wait for them in vain.
 */
export function buildOperation(input: OperationInput, secrets: readonly Secret[] = []): Buffer {
  const names = secretNamesOf(input);
  if (names.length !== secrets.length) {
    throw new Error(
      `The operation ${input.operation} cannot be handed over: the plan names ${names.length} secrets, ${secrets.length} were given`,
    );
  }
  const encoded = secrets.map((secret) => Buffer.from(secret.reveal(), 'utf8').toString('base64'));
  const lines = [asciiJson(withRunner(input)), encoded.join(','), operationScript(input.operation)];
  return Buffer.from(lines.join('\n') + '\n', 'latin1');
}
