// `npm run check:lock`: would `npm ci` work on every platform, from every registry?
// Two faults that `npm install` leaves without a word: a native package whose siblings for other platforms are
// named but have no entry (npm ci then stops with "Missing: ... from lock file"), and addresses of one registry.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const file = process.argv[2] ?? join(resolve(import.meta.dirname, '..'), 'package-lock.json');
const { packages } = JSON.parse(readFileSync(file, 'utf8'));
const faults = Object.entries(packages).flatMap(([path, entry]) => [
  ...missingSiblings(path, entry),
  ...addressOf(path, entry),
]);

for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(
  faults.length === 0 ? `package-lock.json is complete: ${Object.keys(packages).length} entries\n` : '',
);
process.exitCode = faults.length === 0 ? 0 : 1;

function missingSiblings(path, entry) {
  return Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !isResolved(path, name))
    .map(
      (name) =>
        `${path || 'package.json'} names ${name}, which has no entry: pin a version whose siblings are all published`,
    );
}

/** Node's own rule: the nearest node_modules on the way up that has it. */
function isResolved(path, name) {
  const folders =
    path === ''
      ? ['']
      : ['', ...path.split(/(?=\/node_modules\/)/).map((_, i, all) => all.slice(0, i + 1).join(''))];
  return folders.some(
    (folder) => packages[`${folder && `${folder}/`}node_modules/${name}`]?.version !== undefined,
  );
}

function addressOf(path, entry) {
  if (!/^https?:/.test(entry.resolved ?? '')) return [];
  return [
    `${path} is tied to an address (resolved): run npm install with omit-lockfile-registry-resolved=true`,
  ];
}
