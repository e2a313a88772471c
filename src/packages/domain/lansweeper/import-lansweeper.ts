import type { Fault } from '../../../shared/errors.js';
import type { DeploymentPackage } from '../deployment-package.js';
import { fault } from '../faults.js';
import { parsePackageFile } from '../package-file.js';
import { isPlainLine } from '../plain-text.js';
import { LIMITS } from '../schema-fields.js';
import { ALIASES, keyOf } from './aliases.js';
import { ElementReader, type NotUnderstood } from './element-reader.js';
import { type ImportedStep, readJump, readStep } from './read-step.js';
import { readXml, type XmlNode } from './xml-tree.js';

export type LansweeperImport =
  | {
      readonly ok: true;
      readonly package: DeploymentPackage;
      readonly notUnderstood: readonly NotUnderstood[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Makes a package of a Lansweeper package export. Experimental: the names of its elements are guesses (aliases.ts). What
 * is not understood is left out and listed; a step that Winch could not run becomes a disabled one. Refused only when
 * the text is not plain XML, or nothing in it looks like a step. Never throws.
 */
export function importLansweeper(source: string): LansweeperImport {
  const xml = readXml(source);
  if (!xml.ok) return { ok: false, faults: [fault('syntax-error', '', xml.detail)] };
  const reader = new ElementReader(xml.root);
  const element = packageElement(xml.root, reader);
  const steps = readSteps(element, reader);
  const parsing = parsePackageFile({
    name: lineOf(reader.text(element, 'name'), 'Imported package'),
    description: (reader.text(element, 'description') ?? '').slice(0, LIMITS.descriptionCharacters),
    rescan: reader.flag(element, 'rescan') ?? false,
    steps: stepFields(steps, reader),
  });
  if (!parsing.ok) return { ok: false, faults: parsing.faults };
  return { ok: true, package: parsing.package, notUnderstood: reader.notUnderstood() };
}

/** The package may be the document's root or stand inside something. Of several packages the first is read. */
function packageElement(root: XmlNode, reader: ElementReader): XmlNode {
  const names: readonly string[] = ALIASES.package;
  if (names.includes(keyOf(root.name))) return root;
  const [found] = reader.elements(root, 'package');
  return found ?? root;
}

/** Steps stand in a list of their own, or directly in the package. */
function readSteps(element: XmlNode, reader: ElementReader): ImportedStep[] {
  const places = [element, ...reader.elements(element, 'steps')];
  const nodes = places.flatMap((place) => reader.elements(place, 'step'));
  const names = new Set<string>();
  return inOrder(nodes, reader).map((node, index) => {
    const name = unused(lineOf(reader.text(node, 'name'), `Step ${index + 1}`), names);
    return readStep(node, name, reader);
  });
}

/** By their own numbers where every step has one, otherwise as they stand. */
function inOrder(nodes: readonly XmlNode[], reader: ElementReader): XmlNode[] {
  const places = nodes.map((node) => ({ node, order: Number(reader.text(node, 'order') ?? Number.NaN) }));
  if (places.some(({ order }) => Number.isNaN(order))) return [...nodes];
  return places.toSorted((left, right) => left.order - right.order).map(({ node }) => node);
}

function lineOf(text: string | undefined, otherwise: string): string {
  const line = (text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LIMITS.nameCharacters - 10);
  return line !== '' && isPlainLine(line) ? line : otherwise;
}

/** Two steps of one name: the second gets a number, so that both can be named in jumps. */
function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name} (${number})`;
  taken.add(free.toLowerCase());
  return free;
}

function stepFields(steps: readonly ImportedStep[], reader: ElementReader): unknown[] {
  const names = new Map(steps.map(({ name }) => [name.toLowerCase(), name]));
  return steps.map(({ name, fields, node, ...jumps }) => {
    const read = (['onSuccess', 'onFailure'] as const).flatMap((field) => {
      const written = jumps[field];
      if (written === undefined) return [];
      const jump = readJump(written, names);
      if (jump === undefined) reader.note(node.path, `Its ${field} leads to no step of that name: check it`);
      return jump === undefined ? [] : [[field, jump]];
    });
    return { name, ...fields, ...Object.fromEntries(read) };
  });
}
