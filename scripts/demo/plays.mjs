import { join } from 'node:path';
import { root } from '../bootstrap.mjs';
import { ScriptError } from '../lib/say.mjs';
import { fateOf, prepareHost } from './hosts.mjs';

const PRODUCT_CODE = '{00000001-1111-4222-8333-444444444444}';

/** On the stand-in: one host succeeds with 3010, one fails, one is switched off. */
const standIn = {
  packageFile: join(root, 'examples/7-zip.yaml'),
  expectedOf: (index, count) => fateOf(index, count).expected,
  prepare: (host, index, count) => prepareHost(host, fateOf(index, count)),
  check: () => undefined,
};

/** On the real engine: a real .msi, installed by the host's own msiexec.exe, stands in its registry. */
const powershell = {
  packageFile: join(root, 'scripts/demo/winch-demo.yaml'),
  expectedOf: () => ({ outcome: 'succeeded', lastStep: 'Report', returnCode: 0 }),
  prepare: () => undefined,
  check: (hosts) => Promise.all(hosts.map(checkProduct)),
};

/** What is deployed by which engine, and how it must end. */
export const PLAYS = { 'stand-in': standIn, powershell };

async function checkProduct({ name, control }) {
  const { products } = await (await fetch(`${control}/model`)).json();
  const product = products.find(({ productCode }) => productCode === PRODUCT_CODE);
  if (product === undefined) throw new ScriptError(`${name} does not have the product in its registry`);
  process.stdout.write(
    `${name}: ${product.name} ${product.version} by ${product.publisher} stands in the registry\n`,
  );
}
