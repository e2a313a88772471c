import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import type { Asset } from './domain/asset.js';

/** How long a found address is believed, and how long one name is waited for. */
const BELIEVED_MS = 60_000;
const LOOKUP_MS = 2_000;
/** Node asks the system's resolver in four threads, which others need too. */
const AT_ONCE = 8;

interface Known {
  readonly addresses: readonly string[];
  readonly until: number;
}

/** The IP addresses of assets, for rules that go by address range. Names are asked of the api's own resolver. */
@Injectable()
export class AssetAddresses {
  readonly #known = new Map<string, Known>();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** By asset id. An asset whose name does not resolve in time has none: no range holds it. */
  async of(assets: readonly Asset[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const names = [...new Set(assets.map(({ address }) => address))];
    const waiting = names.filter((name) => !this.#isKnown(name));
    const takeNext = async () => {
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) await this.#learn(name);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
    return new Map(assets.map(({ id, address }) => [id, this.#known.get(address)?.addresses ?? []]));
  }

  #isKnown(name: string): boolean {
    return (this.#known.get(name)?.until ?? 0) > this.clock.now().getTime();
  }

  async #learn(name: string): Promise<void> {
    const addresses = isIP(name) > 0 ? [name] : await addressesOf(name);
    this.#known.set(name, { addresses, until: this.clock.now().getTime() + BELIEVED_MS });
  }
}

async function addressesOf(name: string): Promise<readonly string[]> {
  const stop = new AbortController();
  const tooLate = delay(LOOKUP_MS, [], { signal: stop.signal }).catch(() => []);
  const found = lookup(name, { all: true }).catch(() => []);
  const answers = await Promise.race([found, tooLate]);
  stop.abort();
  return answers.map(({ address }) => address);
}
