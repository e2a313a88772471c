import { shareAt } from '../../../test/harness/builders/package.js';
import { randomPackage, seeded, type Random } from '../../../test/harness/builders/random-package.js';
import { compilePlan } from './compile-plan.js';
import { PACKAGE_FAULT_CODES } from './faults.js';
import { parsePackageFile } from './package-file.js';

const ODD: readonly unknown[] = [
  null, true, 0, -1, 1.5, Number.NaN, Infinity, 1e308, '', ' ', '{', '{{', '{X}', '\0', '\ud800', 'x'.repeat(9000), [], [[]], {}, { step: null },
  { step: 'n' }, { __proto__: null, constructor: 1 }, 'constructor', '__proto__', 'toString', ['a', 'a'], { toString: 1 },
]; // prettier-ignore

/** Replaces, removes or adds something at a random place of a JSON value. */
function mutate(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random(4) === 0) return ODD[random(ODD.length)];
  const keys = Object.keys(value);
  const key = keys[random(keys.length)] ?? 'x';
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? mutate(random, item) : item));
  const entries = Object.entries(value);
  if (random(8) === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
  const target = random(8) === 0 ? 'extra' : key;
  return { ...value, [target]: mutate(random, Object.getOwnPropertyDescriptor(value, target)?.value) };
}

function mutated(random: Random): unknown {
  let input: unknown = JSON.parse(JSON.stringify(randomPackage(random)));
  for (let count = random(4); count >= 0; count -= 1) input = mutate(random, input);
  return input;
}

describe('parsePackageFile of 1,000 mutated packages', () => {
  const random = seeded(4_711);
  const inputs = Array.from({ length: 1000 }, () => mutated(random));
  const results = inputs.map((input) => parsePackageFile(input));

  it('meets both good and bad ones', () => {
    const good = results.filter((result) => result.ok).length;

    expect(good).toBeGreaterThan(20);
    expect(good).toBeLessThan(950);
  });

  it('answers faults with a pointer, a public code and a detail', () => {
    const faults = results.flatMap((result) => (result.ok ? [] : result.faults));

    expect(faults.filter(({ pointer }) => !/^(\/[^/]+)*$/.test(pointer))).toEqual([]);
    expect(faults.filter(({ code }) => !PACKAGE_FAULT_CODES.some((known) => known === code))).toEqual([]);
    expect(faults.filter(({ detail }) => detail.length < 10 || detail.length > 600)).toEqual([]);
  });

  it('lets nothing through that cannot be compiled, for want of values at most', () => {
    const options = { targetRunId: 'r', packageShare: shareAt('\\\\srv\\p') };
    const asset = { name: 'PC', dnsName: 'pc.example', domain: 'D' };
    const parameters = { CHOICE: '', TOKEN: 'x', FREE: 'x' };
    const codes = results.flatMap((result) => {
      if (!result.ok) return [];
      const compilation = compilePlan({ revision: 1, package: result.package }, asset, {
        ...options,
        parameters,
      });
      return compilation.ok ? [] : compilation.faults.map(({ pointer }) => pointer.split('/')[1]);
    });

    expect(codes.filter((where) => where !== 'parameters')).toEqual([]);
  });
});
