import { describe, expect, it } from '@jest/globals';
import { aCommand, aPackage, aScript } from '../../../test/harness/builders/package.js';
import type { Asset } from '../../assets/domain/asset.js';
import type { AssetId } from '../../shared/ids.js';
import { compileForAll } from './compile-for-all.js';

function anAsset(name: string, address = name): Asset {
  return { id: `id of ${name}` as AssetId, name, address } as Asset;
}

const targets = (assets: readonly Asset[]) => ({ assets, shares: new Map() });

const commandLines = (compilation: ReturnType<typeof compileForAll>) =>
  compilation.ok
    ? compilation.runs.map(({ plan }) => {
        const launch = plan.steps[0]?.launch;
        return launch?.form === 'line' ? launch.commandLine : null;
      })
    : [];

describe('compiling a package for all assets of an order', () => {
  it('makes a run with a plan of its own for each', () => {
    const revision = aPackage().withStep(aCommand('Say it', 'echo {AssetName}')).buildRevision(3);

    const compilation = compileForAll(revision, targets([anAsset('PC-1'), anAsset('PC-2')]), {});

    expect(commandLines(compilation)).toEqual(['echo PC-1', 'echo PC-2']);
    const runs = compilation.ok ? compilation.runs : [];
    expect(runs.map(({ asset }) => asset.name)).toEqual(['PC-1', 'PC-2']);
    expect(runs.map(({ plan }) => plan.package.revision)).toEqual([3, 3]);
    expect(new Set(runs.map(({ targetRunId }) => targetRunId)).size).toBe(2);
    expect(runs.map(({ plan }) => plan.targetRunId)).toEqual(runs.map(({ targetRunId }) => targetRunId));
  });

  it('takes DNS name and domain from an address that is one', () => {
    const revision = aPackage().withStep(aCommand('Say it', 'echo {DnsName} {Domain}')).buildRevision();

    const compilation = compileForAll(revision, targets([anAsset('PC-1', 'pc-1.corp.example')]), {});

    expect(commandLines(compilation)).toEqual(['echo pc-1.corp.example corp.example']);
  });

  it.each(['10.0.0.7', 'fe80::1', 'PC-1'])('knows no domain from the address %s', (address) => {
    const revision = aPackage().withStep(aCommand('Say it', 'echo {Domain}')).buildRevision();

    const compilation = compileForAll(revision, targets([anAsset('PC-1', address)]), {});

    expect(compilation.ok ? [] : compilation.faults.map(({ pointer }) => pointer)).toEqual(['/package']);
  });

  it('keeps secret values apart from the others, under the name that steps get', () => {
    const revision = aPackage()
      .withParameter('EDITION', { default: 'full' })
      .withParameter('LICENCE', { secret: true })
      .withStep(aCommand('Say it', 'echo {EDITION}'))
      .buildRevision();

    const compilation = compileForAll(revision, targets([anAsset('PC-1')]), { LICENCE: 'hunter2hunter2' });

    expect(compilation).toMatchObject({
      ok: true,
      values: { EDITION: 'full' },
      secrets: { WINCH_LICENCE: 'hunter2hunter2' },
    });
    expect(JSON.stringify(compilation.ok && compilation.runs)).not.toContain('hunter2');
  });

  it('reports faults of the parameters once, at the order, however many assets there are', () => {
    const revision = aPackage()
      .withParameter('EDITION', { enum: ['full', 'lite'] })
      .withStep(aCommand('Say it', 'echo {EDITION}'))
      .buildRevision();

    const compilation = compileForAll(revision, targets([anAsset('PC-1'), anAsset('PC-2')]), {
      EDITION: 'x',
      OTHER: 'y',
    });

    const pointers = compilation.ok ? [] : compilation.faults.map(({ pointer }) => pointer);
    expect(pointers.toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
      '/parameters/EDITION',
      '/parameters/OTHER',
    ]);
  });

  it('names the asset that a step does not fit', () => {
    const revision = aPackage().withStep(aScript('Run it')).buildRevision();

    const compilation = compileForAll(revision, targets([anAsset('PC-1')]), {});

    expect(compilation.ok ? [] : compilation.faults).toMatchObject([
      { pointer: '/package', detail: expect.stringMatching(/^PC-1, \/steps\/0/) },
    ]);
  });

  it('lists the faults of twenty assets at the most', () => {
    const revision = aPackage().withStep(aScript('Run it')).buildRevision();
    const assets = Array.from({ length: 1000 }, (_, index) => anAsset(`PC-${index}`));

    const compilation = compileForAll(revision, targets(assets), {});

    expect(compilation.ok ? 0 : compilation.faults.length).toBe(20);
  });
});
