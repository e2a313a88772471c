import { randomUUID } from 'node:crypto';

import type { ExecutionPlan } from '../../../src/packages/domain/execution-plan.js';
import { Secret } from '../../../src/shared/secret.js';
import { buildOperation, type OperationInput } from '../../../src/target/build-operation.js';
import { OperationLog } from './operation-log.js';
import type { OperationsHost } from './operations-host.js';

export interface OperationFields {
  readonly epoch?: number;
  readonly offset?: number;
  readonly startBefore?: string;
  readonly heartbeatSeconds?: number;
  readonly taskTimeLimitSeconds?: number;
  /** Sent instead of the run's own. */
  readonly secrets?: readonly string[];
}

/** One run of a plan on a host, and the operations about it. */
export class RunUnderTest {
  readonly id = randomUUID();
  readonly folder = `C:\\Windows\\Winch\\runs\\${this.id}`;

  constructor(
    readonly host: OperationsHost,
    private readonly plan: ExecutionPlan,
    private readonly secrets: readonly string[] = [],
  ) {}

  start(fields: OperationFields = {}): OperationLog {
    const plan = { ...this.plan, targetRunId: this.id };
    const input = {
      operation: 'start' as const,
      ...this.#following(fields),
      startBefore: fields.startBefore ?? new Date(Date.now() + 3_600_000).toISOString(),
      taskTimeLimitSeconds: fields.taskTimeLimitSeconds ?? 3600,
      plan,
    };
    return this.send(input, fields.secrets);
  }

  follow(fields: OperationFields = {}): OperationLog {
    return this.send({ operation: 'follow', ...this.#following(fields), secretNames: this.plan.secretNames });
  }

  cancel(): Promise<OperationLog> {
    return this.send({ operation: 'cancel', targetRunId: this.id }, []).finished();
  }

  cleanup(): Promise<OperationLog> {
    return this.send({ operation: 'cleanup', targetRunId: this.id }, []).finished();
  }

  send(input: OperationInput, secrets = this.secrets): OperationLog {
    const stdin = secrets.length > 0 ? operationWith(input, secrets) : this.#withoutSecrets(input);
    return new OperationLog(this.host.runOperation(stdin), this.plan);
  }

  /** What a follower sends that holds no secrets; `buildOperation` refuses to make that by mistake. */
  #withoutSecrets(input: OperationInput): Buffer {
    const placeholders = this.plan.secretNames.map(() => 'placeholder');
    const isNamed = input.operation === 'start' || input.operation === 'follow';
    const [data, , ...script] = operationWith(input, isNamed ? placeholders : [])
      .toString('latin1')
      .split('\n');
    return Buffer.from([data, '', ...script].join('\n'), 'latin1');
  }

  /** The journal as it lies on the host. */
  async journal(): Promise<string> {
    return (await this.host.readFile(`${this.folder}\\journal.jsonl`)) ?? '';
  }

  #following({ epoch = 1, offset = 0, heartbeatSeconds = 15 }: OperationFields) {
    return { targetRunId: this.id, epoch, offset, heartbeatSeconds };
  }
}

function operationWith(input: OperationInput, secrets: readonly string[]): Buffer {
  return buildOperation(
    input,
    secrets.map((secret) => new Secret(secret)),
  );
}

/** Looks again and again until something is found or holds: for what a host shows but does not announce. */
export async function eventually<T>(
  look: () => Promise<T>,
  what: string,
  deadlineMs = 120_000,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (isThere(found)) return found;
    if (performance.now() > deadline) throw new Error(`It never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isThere<T>(found: T): found is Exclude<T, undefined | false> {
  return found !== undefined && found !== false;
}

/** The runner that has made a claim. */
export function runnerPidOf(claim: string | undefined): number {
  return Number(/"pid":(\d+)/.exec(claim ?? '')?.[1]);
}
