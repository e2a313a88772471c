import { type AnsibleHost, assetOfHost } from './ansible-host.js';
import type { Fault } from '../../../shared/errors.js';
import { type ImportReading, MAX_IMPORTED_ASSETS, unreadable } from './imported-line.js';

type Variables = Map<string, unknown>;

interface Group {
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly variables: Variables;
}

interface Host {
  readonly line: number;
  readonly variables: Variables;
}

/** Groups that every inventory has: they say nothing about a host. */
const IMPLICIT = ['all', 'ungrouped'];

/** What a file says of hosts and groups, in whatever order; `read` puts it together as Ansible does. */
export class AnsibleInventory {
  readonly #groups = new Map<string, Group>();
  readonly #hosts = new Map<string, Host>();
  readonly #faults: Fault[] = [];

  get isFull(): boolean {
    return this.#hosts.size > MAX_IMPORTED_ASSETS;
  }

  fault(line: number, detail: string): void {
    this.#faults.push(unreadable(line, detail));
  }

  /** A host may stand in several places: what a later one says of a variable counts. */
  addHost(group: string, name: string, { line, variables }: Host): void {
    this.group(group).hosts.add(name);
    const host = this.#hosts.get(name) ?? { line, variables: new Map<string, unknown>() };
    for (const [variable, value] of variables) host.variables.set(variable, value);
    this.#hosts.set(name, host);
  }

  group(name: string): Group {
    const group = this.#groups.get(name) ?? { hosts: new Set(), children: new Set(), variables: new Map() };
    this.#groups.set(name, group);
    return group;
  }

  read(): ImportReading {
    if (this.#faults.length > 0) return { lines: [], notes: [], faults: this.#faults };
    const depths = this.#depths();
    const ofHost = this.#groupsOfHosts();
    const readings = [...this.#hosts].map(([name, host]) =>
      assetOfHost(this.#complete(name, host, byDepth(ofHost.get(name) ?? [], depths))),
    );
    const lines = readings.flatMap((reading) => (reading.kind === 'asset' ? [reading.asset] : []));
    return { lines, notes: readings.flatMap(({ notes }) => notes), faults: [] };
  }

  /** Variables of a group count over those of its parents, and the host's own over all. */
  #complete(name: string, { line, variables }: Host, groups: readonly string[]): AnsibleHost {
    const ofGroups = ['all', ...groups].flatMap((group) => [...(this.#groups.get(group)?.variables ?? [])]);
    return { line, name, groups, variables: new Map([...ofGroups, ...variables]) };
  }

  #groupsOfHosts(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, Set<string>>();
    for (const name of this.#groups.keys()) {
      if (IMPLICIT.includes(name)) continue;
      for (const host of this.#hostsBelow(name)) found.set(host, (found.get(host) ?? new Set()).add(name));
    }
    return new Map([...found].map(([host, groups]) => [host, [...groups]]));
  }

  #hostsBelow(name: string, seen = new Set<string>()): readonly string[] {
    if (seen.has(name)) return [];
    seen.add(name);
    const { hosts, children } = this.group(name);
    return [...hosts, ...[...children].flatMap((child) => this.#hostsBelow(child, seen))];
  }

  /** How many parents stand above each group, the longest way. */
  #depths(): ReadonlyMap<string, number> {
    const depths = new Map<string, number>();
    const go = (name: string, depth: number) => {
      if ((depths.get(name) ?? -1) >= depth || depth > this.#groups.size) return;
      depths.set(name, depth);
      for (const child of this.#groups.get(name)?.children ?? []) go(child, depth + 1);
    };
    for (const name of this.#groups.keys()) go(name, 0);
    return depths;
  }
}

/** Parents first; groups beside each other by name, as Ansible merges them. */
function byDepth(groups: readonly string[], depths: ReadonlyMap<string, number>): readonly string[] {
  return groups.toSorted(
    (one, other) => (depths.get(one) ?? 0) - (depths.get(other) ?? 0) || (one < other ? -1 : 1),
  );
}
