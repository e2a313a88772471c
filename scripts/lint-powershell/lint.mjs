import { checkCommands, functionsOf } from './commands.mjs';
import { createParser } from './parser.mjs';
import { loadProfile } from './profile.mjs';
import { checkEntryPoint, checkSyntax, checkText } from './syntax.mjs';
import { checkTypes } from './types.mjs';

/**
 * Checks PowerShell files against Windows PowerShell 5.1. Gives `{ path, line, column, message }` for each problem, in
 * the order of the files. The files may call each other's functions: they become one script.
 */
export async function lintPowerShell(files) {
  const parser = await createParser();
  const profile = loadProfile();
  const parsed = files.map((file) => ({ ...file, tree: parser.parse(file.bytes.toString('latin1')) }));
  const functions = functionsOf(parsed.map(({ tree }) => tree));
  return parsed.flatMap(({ path, bytes, tree }) => {
    const problems = [
      ...checkText(bytes),
      ...checkSyntax(tree),
      ...checkEntryPoint(tree),
      ...checkCommands(tree, { profile, functions }),
      ...checkTypes(tree, profile),
    ];
    return problems
      .map((problem) => ({ path, ...problem }))
      .toSorted((a, b) => a.line - b.line || a.column - b.column);
  });
}
