import { nodesOf, placeOf } from './parser.mjs';

/** Syntax that 5.1 does not have or that the parser cannot read. */
export function* checkSyntax(tree) {
  for (const node of outermostFaults(tree.rootNode)) {
    const text = node.text.trim().slice(0, 60);
    yield {
      ...placeOf(node),
      message: node.isMissing
        ? `Something is missing here: ${node.type}`
        : `Not valid in Windows PowerShell 5.1: ${text} (??, ?. and ? : came later; use if)`,
    };
  }
  for (const node of nodesOf(tree.rootNode)) {
    if (node.type !== 'pipeline_chain_tail') continue;
    yield { ...placeOf(node), message: `${node.text.trim()} came after 5.1: use if` };
  }
}

function* outermostFaults(node) {
  if (node.isError || node.isMissing) yield node;
  else if (node.hasError) for (const child of node.children) if (child) yield* outermostFaults(child);
}

/** Bytes that 5.1 would read in the ANSI code page of the machine, and what antivirus products take for an attack. */
export function* checkText(bytes) {
  const lines = bytes.toString('latin1').split('\n');
  for (const [index, line] of lines.entries()) {
    const column = line.search(/[^\t\r -~]/) + 1;
    if (column > 0)
      yield {
        line: index + 1,
        column,
        message: 'Not ASCII: 5.1 reads a script in the code page of its machine',
      };
    const encoded = /-e(?:nc|ncodedcommand|c)\b/i.exec(line);
    if (encoded) {
      const message =
        '-EncodedCommand is what malware uses and antivirus products stop: hand the script over through stdin';
      yield { line: index + 1, column: encoded.index + 1, message };
    }
  }
}

const PREFERENCE = /\$ErrorActionPreference\s*=\s*'Stop'/;
const STRICT = /Set-StrictMode\s+-Version\s+2\b/;

/** A file that does more than define functions is where a script begins: there the rules are set. */
export function* checkEntryPoint(tree) {
  const statements = tree.rootNode.children.flatMap((node) =>
    node?.type === 'statement_list' ? node.namedChildren : node ? [node] : [],
  );
  const acting = statements.filter(
    (node) => node && !['function_statement', 'comment', 'empty_statement'].includes(node.type),
  );
  if (acting.length === 0) return;
  const text = acting.map((node) => node.text).join('\n');
  if (!STRICT.test(text))
    yield { ...placeOf(acting[0]), message: 'An entry point begins with Set-StrictMode -Version 2' };
  if (!PREFERENCE.test(text)) {
    yield { ...placeOf(acting[0]), message: "An entry point begins with $ErrorActionPreference = 'Stop'" };
  }
}
