import type { Asset } from '../../../src/assets/domain/asset.js';
import { pick, type Random } from './random-package.js';

/** The oracle of asset-filter.spec.ts: assets, filters as a client writes them, and what each of them means. */
export type RandomAsset = Pick<Asset, 'name' | 'mac' | 'tags' | 'attributes' | 'createdAt' | 'transport'>;
type Filter = Readonly<Record<string, unknown>>;

const WORDS = ['red', 'RED', 'green', 'a%b', "o'neil", 'x_y'] as const;
const PATTERNS = ['*', 're*', '*E*', 'a%*', '*_*', "o'*", 'none*'] as const;
const DAY_SECONDS = 86_400;

export function randomAssets(random: Random, prefix: string, count: number): readonly RandomAsset[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix}-${String(index).padStart(3, '0')}-${pick(random, WORDS)}`,
    mac: pick(random, [null, '00:1a:2b:3c:4d:5e', '00:1a:2b:3c:4d:5f']),
    tags: Array.from({ length: random(3) }, () => pick(random, WORDS)),
    attributes: random(2) === 0 ? {} : { [pick(random, ['room', 'site'])]: pick(random, WORDS) },
    createdAt: `2026-11-${String(1 + random(23)).padStart(2, '0')}T00:00:00.000Z`,
    transport: pick(random, ['http', 'https']),
  }));
}

export function randomFilter(random: Random, depth: number): Filter {
  const inner = () => randomFilter(random, depth - 1);
  switch (depth === 0 ? 9 : random(6)) {
    case 0:
      return { not: inner() };
    case 1:
      return { all: [inner(), inner()] };
    case 2:
      return { any: [inner(), inner()] };
    default:
      return randomTest(random);
  }
}

function randomTest(random: Random): Filter {
  const text = () => ({
    [pick(random, ['equals', 'notEquals'])]: random(2) ? pick(random, WORDS) : [...WORDS].slice(random(6)),
    ...(random(3) === 0 ? { [pick(random, ['like', 'notLike'])]: [pick(random, PATTERNS), 'zz*'] } : {}),
  });
  return pick<() => Filter>(random, [
    () => ({ name: { [pick(random, ['like', 'notLike'])]: `*${pick(random, PATTERNS)}` } }),
    () => ({ tags: text() }),
    () => ({ tags: { exists: random(2) === 0 } }),
    () => ({ attributes: { [pick(random, ['room', 'site', 'none'])]: text() } }),
    () => ({ attributes: { room: { exists: random(2) === 0 } } }),
    () => ({ mac: { [pick(random, ['equals', 'notEquals'])]: '00:1A:2B:3C:4D:5E' } }),
    () => ({ mac: { exists: random(2) === 0 } }),
    () => ({ transport: pick(random, ['http', 'https']) }),
    () => ({
      createdAt: { [pick(random, ['withinSeconds', 'olderThanSeconds'])]: (1 + random(25)) * DAY_SECONDS },
    }),
    () => ({
      createdAt: { [pick(random, ['lessThan', 'greaterThan'])]: `2026-11-${10 + random(15)}T00:00:00Z` },
    }),
  ])();
}

/** What a filter means, said a second time, without SQL. */
export function meets(filter: Filter, asset: RandomAsset, now: Date): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (name === 'not') return !meets(wanted as Filter, asset, now);
    if (name === 'all') return (wanted as Filter[]).every((each) => meets(each, asset, now));
    if (name === 'any') return (wanted as Filter[]).some((each) => meets(each, asset, now));
    if (name !== 'attributes') return fieldMeets(valuesOf(asset, name), wanted, now);
    return Object.entries(wanted as Filter).every(([key, value]) => {
      const own = asset.attributes[key];
      return fieldMeets(own === undefined ? [] : [own], value, now);
    });
  });
}

function valuesOf(asset: RandomAsset, name: string): readonly string[] {
  const value = asset[name as keyof RandomAsset];
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? [value] : [];
}

function fieldMeets(values: readonly string[], wanted: unknown, now: Date): boolean {
  if (typeof wanted === 'string') return fieldMeets(values, { equals: wanted }, now);
  return Object.entries(wanted as Filter).every(([operator, operand]) => {
    if (operator === 'exists') return values.length > 0 === operand;
    if (operator.startsWith('not')) return !values.some((value) => matches(value, operator, operand, now));
    return values.some((value) => matches(value, operator, operand, now));
  });
}

function matches(value: string, operator: string, operand: unknown, now: Date): boolean {
  const texts = [operand].flat().map(String);
  if (/equals$/i.test(operator)) return texts.some((text) => text.toLowerCase() === value.toLowerCase());
  if (/like$/i.test(operator)) return texts.some((text) => likeExpression(text).test(value));
  const age = now.getTime() - Date.parse(value);
  if (operator === 'withinSeconds') return age <= Number(operand) * 1000;
  if (operator === 'olderThanSeconds') return age > Number(operand) * 1000;
  const distance = Date.parse(value) - Date.parse(String(operand));
  return operator === 'lessThan' ? distance < 0 : distance > 0;
}

function likeExpression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is');
}
