import { exitOf, hasEnded, identityOf, killGroup, stopChild } from './processes.mjs';
import { say, ScriptError } from './say.mjs';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** A process that has lived this long is well again: its next end counts as the first. */
const WELL_AFTER_MS = 60_000;

/**
 * Keeps processes running: one that ends is started again, after 1 s, then 2, 4 ... up to 30 s.
 *
 * @param onChange called with the identities of all living processes whenever one was started
 */
export class Supervisor {
  #parts = new Map();
  #stopping = false;
  #onChange;

  constructor({ onChange }) {
    this.#onChange = onChange;
  }

  /**
   * Starts a part and, once it is well, keeps it. `start` resolves with its process, `untilWell` when that process
   * has found its feet; what either throws the first time is the caller's: a part that never worked is not repeated.
   */
  async keep(name, start, untilWell = async () => undefined) {
    const part = { name, start, waitMs: FIRST_WAIT_MS, child: undefined, timer: undefined };
    this.#parts.set(name, part);
    await this.#launch(part);
    if (part.child === undefined) return; // someone else's process: nothing to keep
    await untilWell(part.child);
    this.#watch(part);
  }

  /** Stops restarting, and ends the named parts together: SIGTERM, then after `graceMs` SIGKILL. */
  async stop(names, { graceMs }) {
    const parts = names.map((name) => this.#parts.get(name)).filter(Boolean);
    this.hold();
    await Promise.all(parts.map((part) => part.child && stopChild(part.child, { graceMs })));
  }

  /** Restarts nothing any more. */
  hold() {
    this.#stopping = true;
    for (const part of this.#parts.values()) clearTimeout(part.timer);
  }

  /** Ends everything at once. */
  kill() {
    this.hold();
    for (const { child } of this.#parts.values()) if (child && !hasEnded(child)) killGroup(child.pid);
  }

  async #launch(part) {
    if (this.#stopping) throw new ScriptError('stopped before it was started');
    part.startedAt = Date.now();
    part.child = await part.start();
    if (this.#stopping && part.child) {
      await stopChild(part.child, { graceMs: FIRST_WAIT_MS });
      throw new ScriptError('stopped while it was started');
    }
    this.#onChange(this.#identities());
  }

  #watch(part) {
    const onEnd = () => this.#onEnd(part, Date.now() - part.startedAt);
    if (hasEnded(part.child)) onEnd();
    else part.child.once('exit', onEnd);
  }

  #onEnd(part, livedMs) {
    if (this.#stopping) return;
    if (livedMs > WELL_AFTER_MS) part.waitMs = FIRST_WAIT_MS;
    say(`${part.name} has ended (${exitOf(part.child)}): starting it again in ${part.waitMs / 1000} s`);
    part.timer = setTimeout(() => void this.#again(part), part.waitMs);
    part.waitMs = Math.min(part.waitMs * 2, LONGEST_WAIT_MS);
  }

  async #again(part) {
    try {
      await this.#launch(part);
      this.#watch(part);
    } catch (error) {
      if (this.#stopping) return;
      say(`${part.name} could not be started: ${error.message}`);
      this.#onEnd(part, 0);
    }
  }

  #identities() {
    const living = [...this.#parts.values()].filter(({ child }) => child && !hasEnded(child));
    return living.map(({ name, child }) => ({ name, ...identityOf(child.pid) }));
  }
}
