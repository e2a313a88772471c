import { type MapText, pathAt, plainAt } from '../steps/step-kind.js';
import type { Condition, Criterion } from './criterion-schema.js';

/** Whom to hand the texts, and where in the step their owner stands. */
interface Mapping {
  readonly map: MapText;
  readonly at: readonly (string | number)[];
}

/**
 * The condition with each of its texts as `map` gives it, in the order of the package file. Patterns are left alone:
 * braces mean something else to them.
 */
export function mapConditionTexts<C extends Condition>(condition: C, { map, at }: Mapping): C {
  const { all, any, not } = condition;
  const list = (name: 'all' | 'any', parts: readonly Criterion[]) =>
    parts.map((part, index) => mapCriterion(part, { map, at: [...at, name, index] }));
  return {
    ...condition,
    ...(all && { all: list('all', all) }),
    ...(any && { any: list('any', any) }),
    ...(not && { not: mapCriterion(not, { map, at: [...at, 'not'] }) }),
  };
}

function mapCriterion(criterion: Criterion, mapping: Mapping): Criterion {
  return mapSoftware(mapMachine(mapConditionTexts(criterion, mapping), mapping), mapping);
}

/** Files, registry and programs. */
function mapSoftware(criterion: Criterion, { map, at }: Mapping): Criterion {
  const { file, registry, product, process, service } = criterion;
  const text = (value: string, ...place: string[]) => map(value, plainAt(...at, ...place));
  const compared = comparisonMapper({ map, at });
  return {
    ...criterion,
    ...(file && {
      file: {
        ...file,
        path: map(file.path, pathAt(...at, 'file', 'path')),
        version: compared(file.version, 'file', 'version'),
      },
    }),
    ...(registry && {
      registry: {
        ...registry,
        key: text(registry.key, 'registry', 'key'),
        value: registry.value === undefined ? undefined : text(registry.value, 'registry', 'value'),
        data: compared(registry.data, 'registry', 'data'),
        version: compared(registry.version, 'registry', 'version'),
      },
    }),
    ...(product && {
      product: {
        ...product,
        name: product.name === undefined ? undefined : text(product.name, 'product', 'name'),
        version: compared(product.version, 'product', 'version'),
        publisher: compared(product.publisher, 'product', 'publisher'),
      },
    }),
    ...(process && { process: { ...process, name: text(process.name, 'process', 'name') } }),
    ...(service && { service: { ...service, name: text(service.name, 'service', 'name') } }),
  };
}

/** The computer itself. */
function mapMachine(criterion: Criterion, mapping: Mapping): Criterion {
  const { os, loggedOnUser, powershell } = criterion;
  const compared = comparisonMapper(mapping);
  return {
    ...criterion,
    ...(os && {
      os: {
        ...os,
        name: compared(os.name, 'os', 'name'),
        version: compared(os.version, 'os', 'version'),
        release: compared(os.release, 'os', 'release'),
        edition: compared(os.edition, 'os', 'edition'),
      },
    }),
    ...(loggedOnUser && { loggedOnUser: compared(loggedOnUser, 'loggedOnUser') }),
    ...(powershell && { powershell: compared(powershell, 'powershell') }),
  };
}

const WRITTEN = [
  'equals',
  'notEquals',
  'lessThan',
  'lessOrEqual',
  'greaterThan',
  'greaterOrEqual',
  'contains',
  'startsWith',
  'endsWith',
] as const;

type ExpectedTexts = { readonly [O in (typeof WRITTEN)[number]]?: string | number | undefined };

function comparisonMapper({ map, at }: Mapping) {
  return <C extends ExpectedTexts>(comparison: C | undefined, ...place: string[]): C | undefined => {
    if (comparison === undefined) return undefined;
    const written: Record<string, string> = {};
    for (const operator of WRITTEN) {
      const expected = comparison[operator];
      if (typeof expected === 'string') written[operator] = map(expected, plainAt(...at, ...place, operator));
    }
    return { ...comparison, ...written };
  };
}
