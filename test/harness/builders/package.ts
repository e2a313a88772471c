import type { DeploymentPackage, PackageRevision } from '../../../src/packages/domain/deployment-package.js';
import type { PlanShare } from '../../../src/packages/domain/execution-plan.js';
import { parsePackageFile } from '../../../src/packages/domain/package-file.js';

type Fields = Readonly<Record<string, unknown>>;

/** A step that runs a command line. */
export function aCommand(name: string, command = 'echo hello', fields: Fields = {}): Fields {
  return { name, type: 'command', command, ...fields };
}

/** A step that installs a file from the package share. */
export function anInstaller(
  name: string,
  path = '{PackageShare}\\Installers\\setup.msi',
  fields: Fields = {},
): Fields {
  return { name, type: 'installer', path, ...fields };
}

/** A step that runs a script from the package share. */
export function aScript(
  name: string,
  path = '{PackageShare}\\Scripts\\task.ps1',
  fields: Fields = {},
): Fields {
  return { name, type: 'script', path, ...fields };
}

/** A step that ends programs. */
export function aKillProcess(name: string, process: string | readonly string[], fields: Fields = {}): Fields {
  return { name, type: 'kill-process', process, ...fields };
}

/** A step that uninstalls what has a name like this. */
export function anUninstaller(name: string, fields: Fields = { productName: '7-Zip *' }): Fields {
  return { name, type: 'msi-uninstaller', ...fields };
}

/** A package with no step yet; each `with...` answers a new builder. */
export function aPackage(name = 'Test package'): PackageBuilder {
  return new PackageBuilder({ name, parameters: [], steps: [] });
}

interface File extends Fields {
  readonly parameters: readonly Fields[];
  readonly steps: readonly Fields[];
}

/** Builds package files for tests. Immutable. */
export class PackageBuilder {
  readonly #file: File;

  constructor(file: File) {
    this.#file = file;
  }

  withStep(step: Fields): PackageBuilder {
    return new PackageBuilder({ ...this.#file, steps: [...this.#file.steps, step] });
  }

  withParameter(name: string, fields: Fields = {}): PackageBuilder {
    return new PackageBuilder({ ...this.#file, parameters: [...this.#file.parameters, { name, ...fields }] });
  }

  /** Any other field of the package file. */
  with(fields: Fields): PackageBuilder {
    return new PackageBuilder({ ...this.#file, ...fields });
  }

  /** The package file as a request's body would hold it, not checked. */
  toFile(): Fields {
    return this.#file;
  }

  /** The package with its defaults. Throws when it has faults: use `toFile()` for those. */
  build(): DeploymentPackage {
    const result = parsePackageFile(this.#file);
    if (result.ok) return result.package;
    throw new Error(`The package of this test has faults: ${JSON.stringify(result.faults)}`);
  }

  /** The package as a saved revision. */
  buildRevision(revision = 1): PackageRevision {
    return { revision, package: this.build() };
  }
}

/** A share without a credential. */
export function shareAt(unc: string): PlanShare {
  return { id: 'share-1', unc, username: null };
}
