import type { Asset } from '../../assets/domain/asset.js';
import { compilePlan } from '../../packages/domain/compile-plan.js';
import type { PackageRevision } from '../../packages/domain/deployment-package.js';
import type { ExecutionPlan, PlanShare } from '../../packages/domain/execution-plan.js';
import { resolveParameters } from '../../packages/domain/parameters.js';
import type { Fault } from '../../shared/errors.js';
import { type AssetId, newId, type TargetRunId } from '../../shared/ids.js';

/** One asset's run, ready to be stored. */
export interface CompiledRun {
  readonly targetRunId: TargetRunId;
  readonly asset: Asset;
  readonly plan: ExecutionPlan;
  /** Whether the package asks for a scan afterwards. */
  readonly rescan: boolean;
}

/** Where the revision goes, and the share that each asset uses. */
export interface CompilationTargets {
  readonly assets: readonly Asset[];
  readonly shares: ReadonlyMap<AssetId, PlanShare>;
}

export type Compilation =
  | {
      readonly ok: true;
      readonly runs: readonly CompiledRun[];
      /** The values of the parameters that are not secret. */
      readonly values: Record<string, string>;
      /** Secret parameters by environment variable. */
      readonly secrets: Record<string, string>;
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Faults of this many assets are listed; a package that fits none of them would repeat itself a thousand times. */
const ASSETS_WITH_FAULTS = 20;
/** Faults of parameters point into the order; those of the package's text point at the package. */
const PARAMETERS = '/parameters';

/**
 * Compiles a revision for every asset. The parameters' faults are the same for all and come once, at
 * `/parameters/...`; a step that does not fit an asset is a fault at `/package`, with the asset's name.
 */
export function compileForAll(
  revision: PackageRevision,
  targets: CompilationTargets,
  parameters: Readonly<Record<string, unknown>>,
): Compilation {
  const resolution = resolveParameters(revision.package.parameters, parameters, PARAMETERS);
  if (!resolution.ok) return resolution;
  const runs: CompiledRun[] = [];
  const faulty: Fault[][] = [];
  for (const asset of targets.assets) {
    const targetRunId = newId<TargetRunId>();
    const options = {
      targetRunId,
      packageShare: targets.shares.get(asset.id),
      parameters: resolution.parameters,
    };
    const compiled = compilePlan(revision, planAsset(asset), options);
    if (compiled.ok) runs.push({ targetRunId, asset, plan: compiled.plan, rescan: revision.package.rescan });
    else faulty.push(compiled.faults.map((fault) => atPackage(fault, asset)));
  }
  if (faulty.length > 0) return { ok: false, faults: faulty.slice(0, ASSETS_WITH_FAULTS).flat() };
  const { values, secrets } = resolution.parameters;
  const revealed = [...secrets].map(([name, secret]) => [`WINCH_${name}`, secret.reveal()]);
  return { ok: true, runs, values: Object.fromEntries(values), secrets: Object.fromEntries(revealed) };
}

/**
 * An address that is a full DNS name tells its domain. What a scan calls its domain is not used: that is the asset's own
 * word, an address is an administrator's.
 */
function planAsset(asset: Asset): { name: string; dnsName: string | null; domain: string | null } {
  const isDnsName = /^[^.:]+\.[a-z]/i.test(asset.address);
  const domain = isDnsName ? asset.address.slice(asset.address.indexOf('.') + 1) : null;
  return { name: asset.name, dnsName: isDnsName ? asset.address : null, domain };
}

function atPackage({ pointer, code, detail }: Fault, asset: Asset): Fault {
  if (pointer.startsWith(PARAMETERS)) return { pointer, code, detail };
  return { pointer: '/package', code, detail: `${asset.name}, ${pointer} of the package: ${detail}` };
}
