import type { SoftwareChange } from './software-change.js';

/** An entry of an asset's software, as much of it as a comparison needs. */
export interface ComparedSoftware {
  /** What tells one entry from another on the asset: whose, which view, which key. */
  readonly identity: string;
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly user: string | null;
}

/**
 * What has changed between two scans of an asset: what was added, removed or updated, each in the order of names. Many
 * products get another key with each version, so an entry that went and one that came under the same name, its version
 * aside, are one update. Pure.
 */
export function compareSoftware(
  before: readonly ComparedSoftware[],
  after: readonly ComparedSoftware[],
): SoftwareChange[] {
  const known = new Map(before.map((entry) => [entry.identity, entry]));
  const present = new Set(after.map(({ identity }) => identity));
  const gone = new Families(before.filter(({ identity }) => !present.has(identity)));
  const changes = after.flatMap((entry) => {
    const earlier = known.get(entry.identity) ?? gone.take(entry);
    return earlier ? update(earlier, entry) : [changed('added', entry)];
  });
  return [...changes, ...gone.rest().map((entry) => changed('removed', entry))].toSorted(byName);
}

function update(earlier: ComparedSoftware, entry: ComparedSoftware): SoftwareChange[] {
  if (earlier.name === entry.name && earlier.version === entry.version) return [];
  return [{ ...changed('updated', entry), previousVersion: earlier.version }];
}

function changed(change: SoftwareChange['change'], entry: ComparedSoftware): SoftwareChange {
  const { name, version, user } = entry;
  return { change, name, version, previousVersion: null, user };
}

/** Entries by what stays of their name from version to version. */
class Families {
  readonly #byFamily = new Map<string, ComparedSoftware[]>();

  constructor(entries: readonly ComparedSoftware[]) {
    for (const entry of entries) {
      const family = familyOf(entry);
      this.#byFamily.set(family, [...(this.#byFamily.get(family) ?? []), entry]);
    }
  }

  /** Takes one entry of the same family out. */
  take(entry: ComparedSoftware): ComparedSoftware | undefined {
    return this.#byFamily.get(familyOf(entry))?.shift();
  }

  rest(): ComparedSoftware[] {
    return [...this.#byFamily.values()].flat();
  }
}

/** Numbers with points, and a year or counter at the end: `7-Zip 24.09 (x64)` is of the family `7-zip (x64)`. */
function familyOf({ name, publisher, user }: ComparedSoftware): string {
  const words = name.toLowerCase().split(/\s+/);
  const kept = words.filter((word, index) => index === 0 || !/^[v(]?\d[\d._]*\)?$/.test(word));
  return JSON.stringify([kept, publisher.toLowerCase(), user]);
}

const ORDER: Readonly<Record<SoftwareChange['change'], number>> = { added: 0, updated: 1, removed: 2 };

function byName(one: SoftwareChange, other: SoftwareChange): number {
  return ORDER[one.change] - ORDER[other.change] || one.name.localeCompare(other.name, 'en');
}
