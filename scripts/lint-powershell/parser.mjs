import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

/** A parser for PowerShell, from the grammar's prebuilt WebAssembly: no compiler and no install script needed. */
export async function createParser() {
  await Parser.init();
  const wasm = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(wasm)));
  return parser;
}

/** Every node of the tree, parents first. */
export function* nodesOf(node) {
  yield node;
  for (const child of node.children) if (child) yield* nodesOf(child);
}

/** Where a node begins, counted from 1. */
export function placeOf(node) {
  return { line: node.startPosition.row + 1, column: node.startPosition.column + 1 };
}

/** The only descendant that says something: the grammar wraps a lone variable in ten kinds of expression. */
export function unwrapped(node) {
  let inner = node;
  while (inner.childCount === 1 && inner.children[0]) inner = inner.children[0];
  return inner;
}
