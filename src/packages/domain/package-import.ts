import type { Fault } from '../../shared/errors.js';
import { warning } from './faults.js';
import type { NotUnderstood } from './lansweeper/element-reader.js';
import { importLansweeper } from './lansweeper/import-lansweeper.js';
import type { PackageParsing } from './package-file.js';

/** Formats of other programs that packages are made from. */
export const IMPORT_FORMATS = ['lansweeper-xml'] as const;

/** What a draft was made from, kept as it came. */
export interface PackageImport {
  readonly format: (typeof IMPORT_FORMATS)[number];
  readonly source: string;
  readonly notUnderstood: readonly NotUnderstood[];
  /** RFC 3339, UTC. */
  readonly importedAt: string;
  readonly importedBy: string;
}

/** A file on its way in: what it says, and for one of another program also what it was. */
export interface PackageArrival {
  readonly parsing: PackageParsing;
  /** Null: a package file of Winch. */
  readonly foreign: Pick<PackageImport, 'format' | 'source' | 'notUnderstood'> | null;
}

/** Reads a package of Lansweeper: what is not understood becomes warnings, whose pointers are the elements' paths. */
export function arrivalFromLansweeper(source: string): PackageArrival {
  const result = importLansweeper(source);
  if (!result.ok) return { parsing: { ...result, warnings: [] }, foreign: null };
  const { notUnderstood } = result;
  return {
    parsing: { ok: true, package: result.package, warnings: notUnderstood.map(toWarning) },
    foreign: { format: 'lansweeper-xml', source, notUnderstood },
  };
}

function toWarning({ path, detail }: NotUnderstood): Fault {
  return warning('element-not-understood', path, detail);
}
