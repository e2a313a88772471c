import { Injectable } from '@nestjs/common';
import { messageOf } from '../shared/errors.js';

/** Resolves when the part works, rejects with the reason when it does not. */
export type ReadinessCheck = () => Promise<void>;

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string | null;
}

/** What must work before this process takes requests. Features add their checks when they start. */
@Injectable()
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  async run(): Promise<readonly CheckResult[]> {
    return Promise.all([...this.#checks].map(([name, check]) => runCheck(name, check)));
  }
}

async function runCheck(name: string, check: ReadinessCheck): Promise<CheckResult> {
  try {
    await check();
    return { name, ok: true, detail: null };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error) };
  }
}
