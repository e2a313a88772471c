import { FEATURES, type Place, placeOf } from './layers.js';
import { MAY_IMPORT, NEST_NAMES_FOR_PARTS, SHARED_ROWS } from './may-import.js';
import type { ModuleImport, SourceModule } from './source-module.js';

/** Folders that are libraries: others import them through their index.ts only. */
const LIBRARIES: readonly string[] = ['winrm', 'ntlm'];

const MAX_LINES = 300;
const MAX_LINES_OF_A_TEST = 400;

const isSpec = (path: string): boolean => path.endsWith('.spec.ts');
/** Doubles that a library's own specs use; nothing that runs may import them. */
const isTestSupport = (path: string): boolean => path.includes('/testing/');
const isTest = (path: string): boolean => isSpec(path) || isTestSupport(path);

/** Files that stand in a folder no rule knows. */
export function unknownPlaces(modules: readonly SourceModule[]): string[] {
  return modules
    .filter(({ path }) => placeOf(path) === undefined)
    .map(({ path }) => `${path}: no rule knows this folder (test/architecture/layers.ts)`);
}

/** Imports that the MAY_IMPORT table does not allow. Tests may import what they test. */
export function forbiddenImports(modules: readonly SourceModule[]): string[] {
  return modules.filter(({ path }) => !isTest(path)).flatMap(faultsOfModule);
}

function faultsOfModule(module: SourceModule): string[] {
  const place = placeOf(module.path);
  if (!place) return [];
  return module.imports.flatMap((imported) => {
    const fault = imported.target
      ? internalFault(place, imported.target)
      : (packageFault(place, imported) ?? nestFault(place, imported));
    return fault ? [`${module.path} imports ${imported.specifier}: ${fault}`] : [];
  });
}

function internalFault(from: Place, target: string): string | undefined {
  const to = target.startsWith('src/') ? placeOf(target) : migrationsPlace(target);
  if (!to) return 'it stands outside src';
  if (isTestSupport(target)) return 'it is a double for tests';
  if (from.folder === to.folder && from.layer === to.layer) return undefined;
  if (sharesRows(from, target)) return undefined;
  return layerFault(from, to) ?? libraryFault(from, to, target);
}

// The list of migrations is part of the schema: the database's module hands both to the door.
function migrationsPlace(target: string): Place | undefined {
  return target === 'migrations/index.ts' ? { folder: 'migrations', layer: 'schema' } : undefined;
}

function layerFault(from: Place, to: Place): string | undefined {
  const { may, ownOnly = [], because } = MAY_IMPORT[from.layer];
  if (![...may, ...ownOnly].includes(to.layer)) return `${from.layer} may not use ${to.layer} (${because})`;
  return foreignFault(from, to);
}

/** A feature is used through its service and domain; only the list of entities sees everyone's rows. */
function foreignFault(from: Place, to: Place): string | undefined {
  if (from.folder === to.folder || from.layer === 'schema' || !FEATURES.includes(to.folder)) return undefined;
  const { ownOnly = [], features } = MAY_IMPORT[from.layer];
  const isInside = to.layer === 'persistence' || to.layer === 'api' || ownOnly.includes(to.layer);
  if (isInside) return `${to.layer} of another feature: ask its service`;
  return features && !features.includes(to.folder) ? `it may know ${features.join(', ')} only` : undefined;
}

function sharesRows(from: Place, target: string): boolean {
  const isRowLayer = from.layer === 'service' || from.layer === 'persistence';
  return isRowLayer && SHARED_ROWS.some(({ by, files }) => by === from.folder && files.test(target));
}

function libraryFault(from: Place, to: Place, target: string): string | undefined {
  if (from.folder === to.folder || !LIBRARIES.includes(to.folder)) return undefined;
  return target === `src/${to.folder}/index.ts`
    ? undefined
    : `${to.folder} is a library: import its index.js`;
}

function packageFault(from: Place, { specifier, typeOnly }: ModuleImport): string | undefined {
  const { packages, typePackages, because } = MAY_IMPORT[from.layer];
  if (specifier.startsWith('node:') || packages.test(specifier)) return undefined;
  if (typeOnly && typePackages?.test(specifier)) return undefined;
  return `${from.layer} may not use this package (${because})`;
}

function nestFault(from: Place, { specifier, names }: ModuleImport): string | undefined {
  if (!['service', 'queue', 'persistence'].includes(from.layer) || specifier !== '@nestjs/common')
    return undefined;
  const other = names.filter((name) => !NEST_NAMES_FOR_PARTS.includes(name));
  return other.length > 0 ? `${from.layer} may not take ${other.join(', ')} from Nest` : undefined;
}

/** Plain code that reaches for the environment or the clock by itself, and any forwardRef. */
export function forbiddenUses(modules: readonly SourceModule[]): string[] {
  return modules
    .filter(({ path }) => !isTest(path))
    .flatMap(({ path, uses }) => {
      const place = placeOf(path);
      const isPlain = place !== undefined && MAY_IMPORT[place.layer].plain && path !== 'src/shared/clock.ts';
      return uses
        .filter((use) => isPlain || use === 'forwardRef()')
        .map((use) => `${path} uses ${use}: take a Clock or a setting, or turn the dependency round`);
    });
}

/** Files that only pass on others' exports. The libraries' index.ts is their public surface. */
export function barrels(modules: readonly SourceModule[]): string[] {
  const allowed = LIBRARIES.map((folder) => `src/${folder}/index.ts`);
  return modules
    .filter(({ path, isBarrel }) => isBarrel && !allowed.includes(path))
    .map(({ path }) => `${path} is a barrel: import from where things are declared`);
}

/** Files that should be split. */
export function tooLong(modules: readonly SourceModule[]): string[] {
  return modules
    .filter(({ path, lineCount }) => lineCount > (isSpec(path) ? MAX_LINES_OF_A_TEST : MAX_LINES))
    .map(({ path, lineCount }) => `${path} has ${lineCount} lines: split it`);
}
