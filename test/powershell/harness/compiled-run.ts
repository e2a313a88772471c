import { compilePlan } from '../../../src/packages/domain/compile-plan.js';
import type { OperationLog } from '../../contract/operations/operation-log.js';
import type { OperationsHost } from '../../contract/operations/operations-host.js';
import { RunUnderTest } from '../../contract/operations/run-under-test.js';
import type { PackageBuilder } from '../../harness/builders/package.js';

const ASSET = { name: 'PC-0001', dnsName: null, domain: null };

/** Runs a package as a deployment would: compiled for this host, started, followed to its end. */
export async function runPackage(host: OperationsHost, pkg: PackageBuilder): Promise<OperationLog> {
  const options = { targetRunId: 'set by the run', packageShare: undefined, parameters: {} };
  const compilation = compilePlan(pkg.buildRevision(), ASSET, options);
  if (!compilation.ok) throw new Error(`The package has faults: ${JSON.stringify(compilation.faults)}`);
  return new RunUnderTest(host, compilation.plan).start().finished();
}
