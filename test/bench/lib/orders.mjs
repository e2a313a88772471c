import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../../../scripts/lib/say.mjs';

const MINUTE_MS = 60_000;
const RUNS_PER_ORDER = 10;
const LOOK_EVERY_MS = 2_000;

/** Orders deployments of ten hosts each, at an even pace, and follows each to its end over its event stream. */
export class Orders {
  #client;
  #assets;
  #pauseMs;
  #next = 0;
  #stopping = new AbortController();
  #ordering;
  #open = new Set();
  #counts = { ordered: 0, finished: 0, succeeded: 0, refused: 0 };

  constructor(client, { assets, perMinute }) {
    this.#client = client;
    this.#assets = assets;
    this.#pauseMs = (RUNS_PER_ORDER * MINUTE_MS) / perMinute;
  }

  get figures() {
    return { ...this.#counts };
  }

  start() {
    this.#ordering = this.#orderOn();
  }

  /** Orders nothing more and waits for what is under way. */
  async stop(timeoutMs) {
    this.#stopping.abort();
    await this.#ordering;
    const limit = delay(timeoutMs, undefined, { ref: false });
    await Promise.race([Promise.all(this.#open), limit]);
  }

  async #orderOn() {
    const beganAt = performance.now();
    for (let count = 1; !this.#stopping.signal.aborted; count++) {
      this.#follow(this.#order());
      const dueInMs = beganAt + count * this.#pauseMs - performance.now();
      await delay(Math.max(0, dueInMs), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #follow(order) {
    const followed = order.catch((error) => {
      this.#counts.refused += 1;
      say(`An order went wrong: ${error.message}`);
    });
    this.#open.add(followed);
    void followed.then(() => this.#open.delete(followed));
  }

  async #order() {
    const assets = Array.from({ length: RUNS_PER_ORDER }, () => this.#nextAsset());
    const { id, counts } = await this.#client.post('/deployments', { package: 'Bench', targets: { assets } });
    this.#counts.ordered += counts.total;
    await this.#readFirstRun(id);
    await this.#untilFinished(id);
  }

  #nextAsset() {
    this.#next += 1;
    return this.#assets[this.#next % this.#assets.length];
  }

  /** A person who watches one of the ten machines. */
  async #readFirstRun(id) {
    const [run] = (await this.#client.get(`/deployments/${id}/runs?limit=1`)).items;
    for await (const event of this.#client.runEvents(run.id)) void event;
  }

  async #untilFinished(id) {
    for (;;) {
      const { state, counts } = await this.#client.get(`/deployments/${id}`);
      if (state === 'finished') return this.#count(counts);
      await delay(LOOK_EVERY_MS);
    }
  }

  #count({ total, byOutcome }) {
    this.#counts.finished += total;
    this.#counts.succeeded += byOutcome.succeeded ?? 0;
  }
}
