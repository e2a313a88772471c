import type { Fault } from '../../shared/errors.js';
import { fault } from './faults.js';
import { dangerousCharacter, isPlainLine, nameCharacter } from './plain-text.js';
import { builtInToken, type BuiltInToken } from './tokens.js';

/** What a plan says about its asset. */
export interface PlanAsset {
  readonly name: string;
  /** Null when it is not known, for example because the asset's address is an IP address. */
  readonly dnsName: string | null;
  /** The Windows domain or workgroup; null until it is known. */
  readonly domain: string | null;
}

/** What each token stands for in one plan. */
export class TokenValues {
  readonly #builtIn: Readonly<Record<BuiltInToken, string | null>>;
  readonly #parameters: ReadonlyMap<string, string>;

  constructor(asset: PlanAsset, packageShare: string | undefined, parameters: ReadonlyMap<string, string>) {
    this.#builtIn = {
      PackageShare: packageShare === undefined ? null : withoutEndingBackslash(packageShare),
      AssetName: asset.name,
      DnsName: asset.dnsName,
      Domain: asset.domain,
    };
    this.#parameters = parameters;
  }

  /** The text that replaces a token; undefined when there is none. */
  valueOf(word: string): string | undefined {
    const token = builtInToken(word);
    if (token) return this.#builtIn[token] ?? undefined;
    return this.#parameters.get(word.toUpperCase());
  }

  /** What is wrong with an asset's value in a text field: missing, or with a character that DESIGN section 4 forbids. */
  faultsOf(word: string, pointer: string): Fault[] {
    const token = builtInToken(word);
    if (token === undefined || token === 'PackageShare') return [];
    const value = this.#builtIn[token];
    if (value === null || value === '') {
      return [
        fault(
          'asset-value-missing',
          pointer,
          `Nothing is known yet that {${token}} could stand for on this asset`,
        ),
      ];
    }
    const character = dangerousCharacter(value);
    if (character === undefined) return [];
    const detail = `The asset's value for {${token}} holds the character ${nameCharacter(character)}, which could start another command`;
    return [fault('asset-value-refused', pointer, detail)];
  }
}

/** A share's path as it stands before a backslash. */
export function withoutEndingBackslash(unc: string): string {
  return unc.replace(/\\+$/, '');
}

/** What a share's path may not hold: `$` ends the name of hidden shares, so the character rule cannot be used. */
const SHARE_REFUSED = /["<>|*?%&^!;`\r\n]/;

/** What is wrong with the share that a text field names; undefined when nothing is. */
export function packageShareFault(packageShare: string | undefined, pointer: string): Fault | undefined {
  if (packageShare === undefined || packageShare === '') {
    return fault(
      'package-share-missing',
      pointer,
      'No package share is set up for this asset, so {PackageShare} stands for nothing',
    );
  }
  const isAbsolute = /^(?:\\\\[^\\/]+\\[^\\/]+|[A-Za-z]:\\)/.test(packageShare);
  if (isAbsolute && isPlainLine(packageShare) && !SHARE_REFUSED.test(packageShare)) return undefined;
  const detail =
    'The package share is not a path like \\\\server\\share, or holds one of " < > | * ? % & ^ ! ; `';
  return fault('package-share-invalid', pointer, detail);
}
