// Checks every .ps1 of src/target against Windows PowerShell 5.1 (docs/developing/operations.md).
//   node scripts/lint-powershell.mjs [FOLDER]
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { lintPowerShell } from './lint-powershell/lint.mjs';

const root = resolve(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? join(root, 'src', 'target'));
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ps1'))
  .toSorted();
const files = paths.map((path) => ({
  path: relative(root, join(folder, path)),
  bytes: readFileSync(join(folder, path)),
}));

if (files.length === 0) {
  process.stderr.write(`No .ps1 file below ${folder}; is the folder right?\n`);
  process.exit(2);
}
const problems = await lintPowerShell(files);
for (const { path, line, column, message } of problems) {
  process.stdout.write(`${path}:${line}:${column} ${message}\n`);
}
process.stdout.write(`${files.length} PowerShell files, ${problems.length} problems\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
