import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import ts from 'typescript';

/** One import or re-export of a module. */
export interface ModuleImport {
  /** As it stands in the source: `typeorm`, `../shared/ids.js`. */
  readonly specifier: string;
  /** Path of the file below the project's folder, when the specifier is relative. */
  readonly target: string | undefined;
  /** The names that are taken; `*` for a whole namespace. */
  readonly names: readonly string[];
  readonly typeOnly: boolean;
}

/** What the rules ask about one source file. */
export interface SourceModule {
  /** Path below the project's folder, `src/winrm/session.ts`. */
  readonly path: string;
  readonly lineCount: number;
  readonly imports: readonly ModuleImport[];
  /** Uses of the outer world that plain code must be given: `process.env`, `Date.now()`, `new Date()`, `forwardRef()`. */
  readonly uses: readonly string[];
  /** True when it declares nothing of its own and only passes on what others export. */
  readonly isBarrel: boolean;
}

/** Reads every TypeScript file below a folder of the project. */
export function readModules(root: string, folder: string): SourceModule[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => parseModule(join(folder, name), readFileSync(join(root, folder, name), 'utf8')));
}

/** Reads the facts that the rules need from a file's text. */
export function parseModule(path: string, text: string): SourceModule {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: { imports: ModuleImport[]; uses: string[] } = { imports: [], uses: [] };
  const visit = (node: ts.Node): void => {
    const imported = importOf(path, node);
    if (imported) found.imports.push(imported);
    const use = useOf(node);
    if (use) found.uses.push(use);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, lineCount: text.trimEnd().split('\n').length, ...found, isBarrel: isBarrel(file) };
}

function isBarrel(file: ts.SourceFile): boolean {
  const statements = file.statements.filter((statement) => !ts.isImportDeclaration(statement));
  return statements.length > 0 && statements.every((statement) => ts.isExportDeclaration(statement));
}

function importOf(path: string, node: ts.Node): ModuleImport | undefined {
  if (ts.isImportDeclaration(node))
    return moduleImport(path, node.moduleSpecifier, importedNames(node.importClause));
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return moduleImport(path, node.moduleSpecifier, {
      names: reexportedNames(node),
      typeOnly: node.isTypeOnly,
    });
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return moduleImport(path, node.arguments[0], { names: ['*'], typeOnly: false });
  }
  return undefined;
}

type Names = Pick<ModuleImport, 'names' | 'typeOnly'>;

function importedNames(clause: ts.ImportClause | undefined): Names {
  if (!clause) return { names: [], typeOnly: false };
  const bindings = clause.namedBindings;
  const elements = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
  const names = elements.map((element) => (element.propertyName ?? element.name).text);
  if (clause.name) names.push('default');
  if (bindings && ts.isNamespaceImport(bindings)) names.push('*');
  const everyOneIsType =
    elements.length > 0 && !clause.name && elements.every((element) => element.isTypeOnly);
  return { names, typeOnly: clause.phaseModifier === ts.SyntaxKind.TypeKeyword || everyOneIsType };
}

function reexportedNames(node: ts.ExportDeclaration): string[] {
  const clause = node.exportClause;
  return clause && ts.isNamedExports(clause)
    ? clause.elements.map((element) => (element.propertyName ?? element.name).text)
    : ['*'];
}

function moduleImport(
  path: string,
  specifier: ts.Expression | undefined,
  names: Names,
): ModuleImport | undefined {
  if (!specifier || !ts.isStringLiteral(specifier)) return undefined;
  const { text } = specifier;
  const target = text.startsWith('.') ? join(path, '..', text).replace(/\.js$/, '.ts') : undefined;
  return { specifier: text, target, ...names };
}

function useOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'process.env') return 'process.env';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date.now') return 'Date.now()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'forwardRef') return 'forwardRef()';
  const isNow = ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length;
  return isNow ? 'new Date()' : undefined;
}
