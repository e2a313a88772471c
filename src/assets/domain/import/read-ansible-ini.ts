import { AnsibleInventory } from './ansible-inventory.js';
import { expandHosts } from './host-range.js';
import type { ImportReading } from './imported-line.js';

const SECTION = /^\[([^\]:]+)(?::(children|vars))?\]\s*(?:#.*)?$/;
const ASSIGNMENT = /^([A-Za-z_][\w.-]*)\s*=\s*(.*)$/;
/** Words with quotes around all or a part of them, as a shell has them. */
const WORD = /(?:[^\s"'#]|"[^"]*"|'[^']*'|(?<=\S)#)+/g;

interface Section {
  readonly group: string;
  readonly kind: 'hosts' | 'children' | 'vars';
}

/** Reads an Ansible inventory in its INI form (Ansible's guide "How to build your inventory"). */
export function readAnsibleIni(text: string): ImportReading {
  const inventory = new AnsibleInventory();
  let section: Section = { group: 'ungrouped', kind: 'hosts' };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[')) section = sectionOf(line, index + 1, inventory) ?? section;
    else takeLine(line, index + 1, { section, inventory });
    if (inventory.isFull) break;
  }
  return inventory.read();
}

function sectionOf(line: string, number: number, inventory: AnsibleInventory): Section | undefined {
  const [, group, kind] = SECTION.exec(line) ?? [];
  if (group === undefined) {
    inventory.fault(number, 'a section must look like [name], [name:children] or [name:vars]');
    return undefined;
  }
  inventory.group(group.trim());
  return { group: group.trim(), kind: kind === 'children' || kind === 'vars' ? kind : 'hosts' };
}

interface Place {
  readonly section: Section;
  readonly inventory: AnsibleInventory;
}

function takeLine(line: string, number: number, { section, inventory }: Place): void {
  const group = inventory.group(section.group);
  if (section.kind === 'vars') {
    const [, name, value = ''] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) inventory.fault(number, 'a variable must look like name=value');
    else group.variables.set(name, unquoted(value.trim()));
  } else if (section.kind === 'children') {
    inventory.group(line);
    group.children.add(line);
  } else {
    takeHosts(line, number, { section, inventory });
  }
}

function takeHosts(line: string, number: number, { section, inventory }: Place): void {
  const [pattern = '', ...rest] = line.match(WORD) ?? [];
  const variables = new Map<string, unknown>();
  for (const word of rest) {
    const [, name, value = ''] = ASSIGNMENT.exec(word) ?? [];
    if (name === undefined)
      return inventory.fault(number, `${word} is no variable: it must look like name=value`);
    variables.set(name, unquoted(value));
  }
  // host:5986 is an older way to write ansible_port; an IPv6 address has more colons than one.
  const [, bare = pattern, port] = /^([^:]*(?:\[[^\]]*\][^:]*)*):(\d+)$/.exec(pattern) ?? [];
  if (port !== undefined && !variables.has('ansible_port')) variables.set('ansible_port', port);
  const names = expandHosts(bare);
  if (!names) return inventory.fault(number, `the range in ${pattern} cannot be read, or has too many hosts`);
  for (const name of names) inventory.addHost(section.group, name, { line: number, variables });
}

function unquoted(value: string): string {
  const [, , inner] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return inner ?? value;
}
