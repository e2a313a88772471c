import { beforeEach, describe, expect, it } from '@jest/globals';

import { createStandInBackend } from '../stand-in/backend.js';
import { mergeModel, parseModelPatch } from './model-patch.js';
import { SimulatedMachine, type StandInModel } from './simulated-machine.js';

describe('a patch of the model', () => {
  let machine: SimulatedMachine;
  beforeEach(() => {
    machine = new SimulatedMachine(createStandInBackend({ name: 'PC-0001' }).model as StandInModel);
  });

  it('writes and removes files whatever the case of their names', () => {
    mergeModel(machine, {
      files: { 'C:\\A.txt': { content: 'one', version: '1.0' }, 'C:\\b.txt': { content: '' } },
    });
    mergeModel(machine, { files: { 'c:/a.TXT': { content: 'two' }, 'c:\\B.txt': null } });

    expect(machine.model.files).toEqual({ 'C:\\A.txt': { content: 'two' } });
  });

  it('merges registry values and removes keys with all below', () => {
    mergeModel(machine, {
      registry: { 'HKLM\\Software\\X': { A: 1, B: 'b' }, 'HKLM\\Software\\X\\Y': { C: 1 } },
    });
    mergeModel(machine, { registry: { 'hklm\\software\\x': { a: 2, B: null } } });
    expect(machine.model.registry['HKLM\\Software\\X']).toEqual({ A: 2 });
    expect(machine.registry.get('HKLM\\SOFTWARE\\x', 'a')).toBe(2);

    mergeModel(machine, { registry: { 'HKLM\\SOFTWARE\\X': null } });

    expect(machine.model.registry).toEqual({});
  });

  it('replaces every other field as a whole', () => {
    const products = [{ name: 'App', version: '1', productCode: '{1}' }];

    mergeModel(machine, { products, users: ['anna'], clockOffsetSeconds: 60, online: false });

    expect(machine.model).toMatchObject({ products, users: ['anna'], clockOffsetSeconds: 60, online: false });
    expect(machine.now().getTime()).toBeGreaterThan(Date.now() + 59_000);
  });

  it('merges the tables of programs entry by entry and leaves those of other machines alone', () => {
    const programs = { 'a.exe': { exitCode: 1 } };
    const other = createStandInBackend({ name: 'PC-0002', patch: { programs } }).model as StandInModel;
    mergeModel(machine, parseModelPatch({ programs }));

    mergeModel(machine, parseModelPatch({ programs: { 'A.EXE': null, 'B.exe': { durationMs: 5 } } }));

    expect(Object.keys(machine.model.programs)).toEqual(['b.exe']);
    expect(Object.keys(other.programs)).toEqual(['a.exe']);
  });

  it.each([
    [{ unknown: 1 }, 'unknown'],
    [{ files: { 'C:\\x': { size: 1 } } }, 'size'],
    [{ msiPackages: { 'x.msi': { productCode: 'none', name: 'x', version: '1' } } }, 'GUID'],
    [{ programs: { 'x.exe': { exitCode: 2 ** 40 } } }, 'exitCode'],
  ])('is refused as a whole when it breaks the schema: %j', (patch, told) => {
    expect(() => parseModelPatch(patch)).toThrow(told);
  });

  it('announces only real changes of the network', () => {
    const seen: string[] = [];
    machine.watch((transition) => seen.push(transition));

    for (const online of [true, false, false, true]) mergeModel(machine, { online });

    expect(seen).toEqual(['offline', 'online']);
  });
});
