import { isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, visit } from 'yaml';
import { messageOf } from '../../../shared/errors.js';
import { AnsibleInventory } from './ansible-inventory.js';
import { expandHosts } from './host-range.js';
import { type ImportReading, unreadable } from './imported-line.js';

/** YAML costs up to 5 microseconds a character on hostile texts (measured), during which nothing else is served. */
export const MAX_YAML_CHARACTERS = 600_000;
/** Groups in groups; far below what would exhaust the stack. */
const MAX_DEPTH = 50;

/** Reads an Ansible inventory in its YAML form: groups with `hosts`, `vars` and `children`. */
export function readAnsibleYaml(text: string): ImportReading {
  if (text.length > MAX_YAML_CHARACTERS)
    return failed(
      1,
      `An inventory in YAML may have ${MAX_YAML_CHARACTERS} characters: write it as INI or CSV`,
    );
  try {
    return readDocument(text);
  } catch (error) {
    return failed(1, `This YAML cannot be read: ${messageOf(error).slice(0, 200)}`);
  }
}

function readDocument(text: string): ImportReading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const [problem] = document.errors;
  if (problem) return failed(problem.linePos?.[0].line ?? 1, problem.message.split('\n')[0] ?? problem.code);
  const place = { inventory: new AnsibleInventory(), lines };
  let alias: number | undefined;
  visit(document, { Alias: (_key, node) => void (alias ??= lineOf(node, place)) });
  if (alias !== undefined) return failed(alias, 'Aliases (*name) are not read: write the values out');
  takeGroups(document.contents, place, MAX_DEPTH);
  return place.inventory.read();
}

function failed(line: number, detail: string): ImportReading {
  return { lines: [], notes: [], faults: [unreadable(line, detail)] };
}

interface Place {
  readonly inventory: AnsibleInventory;
  readonly lines: LineCounter;
}

function lineOf(node: unknown, { lines }: Place): number {
  const at = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  return lines.linePos(at).line;
}

/** The entries of a mapping; nothing at all is an empty one. */
function entriesOf(node: unknown, place: Place, what: string): readonly Pair[] {
  if (isMap(node)) return node.items;
  if (node !== null && !(isScalar(node) && node.value === null))
    place.inventory.fault(lineOf(node, place), `${what} must be a mapping`);
  return [];
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Answers the names of the groups. */
function takeGroups(node: unknown, place: Place, depth: number): readonly string[] {
  if (depth === 0) place.inventory.fault(lineOf(node, place), 'groups are nested too deep');
  const pairs = depth === 0 ? [] : entriesOf(node, place, 'groups');
  for (const pair of pairs) takeGroup(pair, place, depth);
  return pairs.map(keyOf);
}

function takeGroup(pair: Pair, place: Place, depth: number): void {
  const name = keyOf(pair);
  const group = place.inventory.group(name);
  for (const part of entriesOf(pair.value, place, `the group ${name}`)) {
    const key = keyOf(part);
    if (key === 'hosts') takeHosts(name, part.value, place);
    else if (key === 'vars')
      for (const [variable, value] of variablesOf(part.value, place)) group.variables.set(variable, value);
    else if (key === 'children')
      for (const child of takeGroups(part.value, place, depth - 1)) group.children.add(child);
    else place.inventory.fault(lineOf(part.key, place), `a group has hosts, vars and children, no ${key}`);
  }
}

function takeHosts(group: string, node: unknown, place: Place): void {
  for (const pair of entriesOf(node, place, 'hosts')) {
    if (place.inventory.isFull) return;
    const pattern = keyOf(pair);
    const names = expandHosts(pattern);
    const host = { line: lineOf(pair.key, place), variables: variablesOf(pair.value, place) };
    if (!names)
      place.inventory.fault(host.line, `the range in ${pattern} cannot be read, or has too many hosts`);
    for (const name of names ?? []) place.inventory.addHost(group, name, host);
  }
}

function variablesOf(node: unknown, place: Place): Map<string, unknown> {
  return new Map(
    entriesOf(node, place, 'variables').map((pair) => [
      keyOf(pair),
      // Of a tag of Ansible's (!vault, !unsafe) the value is not what it says.
      isScalar(pair.value) && !pair.value.tag?.startsWith('!') ? pair.value.value : undefined,
    ]),
  );
}
