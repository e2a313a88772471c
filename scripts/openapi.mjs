// `npm run openapi` writes docs/api/openapi.json from the code; `-- --check` fails when the file differs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ensureReady, root } from './bootstrap.mjs';
import { runMain, say, ScriptError } from './lib/say.mjs';
import { fromDist } from './lib/settings.mjs';

const FILE = join(root, 'docs/api/openapi.json');

await runMain(main);

async function main() {
  await ensureReady({ build: true });
  const { openApiDocument } = await fromDist('src/openapi-document.js');
  const text = `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
  if (process.argv.includes('--check')) check(text);
  else write(text);
}

function check(text) {
  if (existsSync(FILE) && readFileSync(FILE, 'utf8') === text)
    return say(`${relative(root, FILE)} is what the code says`);
  throw new ScriptError(
    `${relative(root, FILE)} differs from what the code says: run npm run openapi and commit the file`,
  );
}

function write(text) {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, text);
  say(`Wrote ${relative(root, FILE)}`);
}
