import {
  Document,
  isAlias,
  isScalar,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import type { DeploymentPackage } from './deployment-package.js';
import { fault, quote } from './faults.js';
import { parsePackageFile, type PackageParsing } from './package-file.js';
import { messageOf, type Fault } from '../../shared/errors.js';

export type PackageFormat = 'yaml' | 'json';

/**
 * Longest text that is read as a package. YAML costs up to 5 microseconds a character (measured on hostile texts),
 * during which nothing else is served; JSON next to nothing. A larger package is written as JSON.
 */
export const MAX_PACKAGE_TEXT_CHARACTERS = { yaml: 300_000, json: 2_000_000 } as const;

/** References to one anchor each may be useful; a bomb needs many. */
const MAX_ALIASES = 100;

type TextParsing =
  { readonly ok: true; readonly input: unknown } | { readonly ok: false; readonly faults: Fault[] };

/**
 * Reads a package from YAML 1.2 or JSON text. A text that is not well-formed gives `syntax-error` faults with line
 * and column in their detail and an empty pointer; otherwise the answer is that of `parsePackageFile`. Never throws.
 */
export function parsePackageText(text: string, format: PackageFormat): PackageParsing {
  if (text.length > MAX_PACKAGE_TEXT_CHARACTERS[format]) {
    const detail = `This text is longer than the ${MAX_PACKAGE_TEXT_CHARACTERS[format]} characters that a package in ${format.toUpperCase()} may have`;
    return { ok: false, faults: [fault('text-too-long', '', detail)], warnings: [] };
  }
  const withoutMark = text.replace(/^\uFEFF/, '');
  const parsed = format === 'json' ? parseJson(withoutMark) : parseYaml(withoutMark);
  return parsed.ok ? parsePackageFile(parsed.input) : { ...parsed, warnings: [] };
}

function refused(details: readonly string[]): TextParsing {
  return { ok: false, faults: details.slice(0, 20).map((detail) => fault('syntax-error', '', detail)) };
}

function parseJson(text: string): TextParsing {
  try {
    const input: unknown = JSON.parse(text);
    return { ok: true, input };
  } catch (error) {
    return refused([`This is not JSON: ${messageOf(error).slice(0, 200)}`]);
  }
}

function parseYaml(text: string): TextParsing {
  try {
    // The library compares every key with every other one; duplicateKeys() below does it with a set.
    const document = parseDocument(text, { stringKeys: true, uniqueKeys: false, logLevel: 'error' });
    const problems = [...document.errors, ...document.warnings].map(describeProblem);
    problems.push(...duplicateKeys(document), ...tooManyAliases(document));
    if (problems.length > 0) return refused(problems);
    const input: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, input };
  } catch (error) {
    // An alias bomb, or an alias without its anchor.
    return refused([`This YAML cannot be read: ${messageOf(error).slice(0, 200)}`]);
  }
}

/** The first line says what and where (line and column); an extract of the text follows, which is not wanted here. */
function describeProblem(problem: YAMLParseError | YAMLWarning): string {
  const [firstLine = problem.code] = problem.message.split('\n');
  // The library reports its own stack overflow as a fault of the text, which it is.
  if (firstLine.includes('call stack')) return 'This YAML cannot be read: it is nested too deeply';
  return `This is not YAML: ${firstLine.replace(/:$/, '').slice(0, 300)}`;
}

function duplicateKeys(document: Document.Parsed): string[] {
  const problems: string[] = [];
  visit(document, {
    Map: (_key, map: YAMLMap) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.has(name)) problems.push(`The key ${quote(String(name))} stands twice in one mapping`);
        seen.add(name);
      }
    },
  });
  return problems;
}

function tooManyAliases(document: Document.Parsed): string[] {
  let count = 0;
  visit(document, (_key, node) => {
    if (isAlias(node)) count += 1;
  });
  return count > MAX_ALIASES
    ? [`A package has at most ${MAX_ALIASES} aliases (*name), this one has ${count}`]
    : [];
}

/** Writes a package so that reading the text again gives an equal one. Defaults are written out: they may change one day. */
export function formatPackage(pkg: DeploymentPackage, format: PackageFormat): string {
  const file = { ...pkg, parameters: pkg.parameters.map(withoutNulls), steps: pkg.steps.map(withoutNulls) };
  if (format === 'json') return `${JSON.stringify(file, null, 2)}\n`;
  const document = new Document(file, { aliasDuplicateObjects: false });
  visit(document, {
    // Lists of codes read better on one line.
    Seq: (_key, list) => {
      list.flow = list.items.every((item) => isScalar(item) && typeof item.value === 'number');
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Null and left out mean the same in the package file. */
function withoutNulls(item: object): object {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}
