import { parsePackageFile } from '../package-file.js';
import { JUMP_ALIASES, keyOf, TYPE_ALIASES } from './aliases.js';
import type { ElementReader } from './element-reader.js';
import type { XmlNode } from './xml-tree.js';

/** A step of the package file to be; its jumps may still name steps that do not exist. */
export interface ImportedStep {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
  readonly node: XmlNode;
}

/**
 * Reads one step. One that Winch could not run as it stands becomes a disabled command that says so, in its place:
 * the steps keep their order, and its author sees what is left to do.
 */
export function readStep(node: XmlNode, name: string, reader: ElementReader): ImportedStep {
  const written = reader.text(node, 'type') ?? '';
  const onSuccess = reader.text(node, 'onSuccess');
  const onFailure = reader.text(node, 'onFailure');
  const type = TYPE_ALIASES[keyOf(written)];
  const fields = type === undefined ? undefined : checked(fieldsOf(type, node, reader), node, reader);
  if (type === undefined) reader.note(node.path, 'Its type is not one that Winch can import: write it anew');
  return { name, fields: fields ?? placeholder(written), onSuccess, onFailure, node };
}

function fieldsOf(type: string, node: XmlNode, reader: ElementReader): Record<string, unknown> {
  const successCodes = codesIn(reader.text(node, 'successCodes'));
  const base = { type, ...(successCodes.length > 0 ? { successCodes } : {}) };
  switch (type) {
    case 'command':
      return { ...base, command: reader.text(node, 'command') ?? reader.text(node, 'parameters') };
    case 'kill-process':
      return {
        ...base,
        process: reader.text(node, 'process') ?? reader.text(node, 'path') ?? [],
        force: reader.flag(node, 'force') ?? false,
        children: reader.flag(node, 'children') ?? false,
      };
    case 'msi-uninstaller':
      return { ...base, productCodes: guidsIn(reader.text(node, 'productCode')) };
    default:
      return { ...base, ...fileFields(type, node, reader) };
  }
}

function fileFields(type: string, node: XmlNode, reader: ElementReader): Record<string, unknown> {
  const path = reader.text(node, 'path')?.replace(/^"(.*)"$/, '$1');
  const parameters = reader.text(node, 'parameters') ?? '';
  return type === 'script' ? { path, arguments: parameters } : { path, parameters };
}

function codesIn(text: string | undefined): number[] {
  return (text ?? '').split(/[\s,;]+/).flatMap((word) => (/^-?\d{1,10}$/.test(word) ? [Number(word)] : []));
}

function guidsIn(text: string | undefined): string[] {
  return (text ?? '').match(/\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?/gi) ?? [];
}

/** The fields when they make a step without faults; otherwise the faults are noted. */
function checked(
  fields: Record<string, unknown>,
  node: XmlNode,
  reader: ElementReader,
): Record<string, unknown> | undefined {
  const parsing = parsePackageFile({ name: 'Import', steps: [{ name: 'Step', ...fields }] });
  if (parsing.ok) return fields;
  for (const { pointer, detail } of parsing.faults) {
    reader.note(node.path, `Its ${pointer.split('/')[3] ?? 'content'} cannot be taken over: ${detail}`);
  }
  return undefined;
}

function placeholder(type: string): Record<string, unknown> {
  const readable = type.replace(/[^A-Za-z0-9 _-]/g, '').slice(0, 60);
  return {
    type: 'command',
    enabled: false,
    command: `rem Not imported: a step of type ${readable || 'unknown'}`,
  };
}

/** A jump as the package file has it; undefined when it leads to no step of these names. */
export function readJump(
  written: string,
  names: ReadonlyMap<string, string>,
): string | { readonly step: string } | undefined {
  const word = JUMP_ALIASES[keyOf(written)];
  if (word !== undefined) return word;
  const step = names.get(written.trim().toLowerCase());
  return step === undefined ? undefined : { step };
}
