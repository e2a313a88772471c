import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folders that `scripts/powershell-engine.mjs` has built: what a host's file system is laid from. */
export interface EngineLayers {
  /** Uppermost first: our programs, then Debian with Wine and the engine. */
  readonly layers: readonly string[];
  /** An empty folder that each host mounts its own file system on, unseen by all others. */
  readonly mountPoint: string;
  /** Process 1 of a host. */
  readonly hostScript: string;
}

/** Set by the scripts that built the engine; it names what they have built. */
export const ENGINE_VARIABLE = 'POWERSHELL_ENGINE';

/** Reads where the engine lies. Throws an Error that says how to get it when it was not built. */
export function engineLayers(environment: NodeJS.ProcessEnv): EngineLayers {
  const [programs = '', system = ''] = (environment[ENGINE_VARIABLE] ?? '').split(':');
  const layers = [join(programs, 'layer'), join(system, 'rootfs')];
  if (programs === '' || system === '' || !layers.every((layer) => existsSync(layer)))
    throw new Error(
      'The real PowerShell engine is not built: start through npm run test:powershell or npm run windows-host -- --engine powershell',
    );
  return { layers, mountPoint: join(programs, 'point'), hostScript: join(programs, 'host.sh') };
}
