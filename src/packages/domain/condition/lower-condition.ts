import { imageName } from '../system-processes.js';
import { OPERATORS, type Operator, type ValueType } from './comparison.js';
import type { Condition, Criterion, Subjects } from './criterion-schema.js';
import type { PlanCondition, PlanCriterion, PlanRule, PlanSubject } from './plan-condition.js';

/** A comparison and where its expected value stands in the condition. */
export interface LoweredCriterion {
  readonly criterion: PlanCriterion;
  readonly at: readonly (string | number)[];
}

export interface LoweredCondition {
  readonly criteria: readonly LoweredCriterion[];
  readonly rule: PlanRule;
}

/**
 * Takes a condition apart into single comparisons and how they are joined, so that the runner has nothing to decide: a
 * criterion with several properties or operators is met when all of them are, one that asks nothing asks for existence.
 */
export function lowerCondition(condition: Condition): LoweredCondition {
  const criteria: LoweredCriterion[] = [];
  return { rule: lower(condition, [], criteria), criteria };
}

/** The condition as the plan has it. */
export function toPlanCondition(condition: Condition): PlanCondition {
  const { criteria, rule } = lowerCondition(condition);
  return { criteria: criteria.map(({ criterion }) => criterion), rule };
}

type Place = readonly (string | number)[];

function lower(node: Criterion, at: Place, criteria: LoweredCriterion[]): PlanRule {
  const list = (name: string, parts: readonly Criterion[]) =>
    parts.map((part, index) => lower(part, [...at, name, index], criteria));
  if (node.all !== undefined) return { all: list('all', node.all) };
  if (node.any !== undefined) return { any: list('any', node.any) };
  if (node.not !== undefined) return { not: lower(node.not, [...at, 'not'], criteria) };
  const comparisons = subjectComparisons(node, at);
  const indexes = comparisons.map((comparison) => criteria.push(comparison) - 1);
  const [first] = indexes;
  return indexes.length === 1 && first !== undefined ? first : { all: indexes };
}

/** The comparisons of one subject. A criterion has one subject, so that all but one of these lists are empty. */
function subjectComparisons(criterion: Subjects, at: Place): LoweredCriterion[] {
  return [...softwareComparisons(criterion, at), ...machineComparisons(criterion, at)];
}

function softwareComparisons(criterion: Subjects, at: Place): LoweredCriterion[] {
  const { file, registry, product, process, service } = criterion;
  return [
    ...(file
      ? about({ kind: 'file', path: file.path }, [...at, 'file'])
          .asked('version', file.version, 'version')
          .asked('sizeBytes', file.sizeBytes, 'number')
          .asked('modifiedAt', file.modifiedAt, 'instant')
          .orExists(file.exists)
      : []),
    ...(registry
      ? about(registrySubject(registry), [...at, 'registry'])
          .asked('type', registry.type, 'text')
          .asked('data', registry.data, 'data')
          .asked('version', registry.version, 'version')
          .orExists(registry.exists)
      : []),
    ...(product
      ? about(productSubject(product), [...at, 'product'])
          .asked('version', product.version, 'version')
          .asked('publisher', product.publisher, 'text')
          .orExists(product.exists)
      : []),
    ...(process
      ? about({ kind: 'process', name: imageName(process.name) }, [...at, 'process']).orExists(
          process.running,
        )
      : []),
    ...(service
      ? about({ kind: 'service', name: service.name }, [...at, 'service'])
          .asked('state', service.state, 'text')
          .asked('startType', service.startType, 'text')
          .orExists(service.exists)
      : []),
  ];
}

function machineComparisons(criterion: Subjects, at: Place): LoweredCriterion[] {
  const { os, architecture, rebootPending, disk, memory, loggedOnUser, powershell } = criterion;
  return [
    ...(os
      ? about({ kind: 'os' }, [...at, 'os'])
          .asked('name', os.name, 'text')
          .asked('version', os.version, 'version')
          .asked('build', os.build, 'number')
          .asked('release', os.release, 'text')
          .asked('edition', os.edition, 'text')
          .asked('kind', os.kind, 'text').criteria
      : []),
    ...about({ kind: 'architecture' }, at).asked('architecture', architecture, 'text').criteria,
    ...(rebootPending === undefined
      ? []
      : about({ kind: 'reboot-pending' }, [...at, 'rebootPending']).orExists(rebootPending)),
    ...(disk
      ? about({ kind: 'disk', drive: disk.drive }, [...at, 'disk'])
          .asked('freeBytes', disk.freeBytes, 'number')
          .asked('totalBytes', disk.totalBytes, 'number')
          .orExists(disk.exists)
      : []),
    ...about({ kind: 'memory' }, [...at, 'memory'])
      .asked('freeBytes', memory?.freeBytes, 'number')
      .asked('totalBytes', memory?.totalBytes, 'number').criteria,
    ...about({ kind: 'logged-on-user' }, at).asked('loggedOnUser', loggedOnUser, 'text').criteria,
    ...about({ kind: 'powershell' }, at).asked('powershell', powershell, 'version').criteria,
  ];
}

function registrySubject({ key, value, view }: NonNullable<Subjects['registry']>): PlanSubject {
  return { kind: 'registry', key, value: value ?? null, view };
}

function productSubject({ code, name }: NonNullable<Subjects['product']>): PlanSubject {
  return code === undefined
    ? { kind: 'product', by: 'name', text: name ?? '' }
    : { kind: 'product', by: 'code', text: code.toUpperCase() };
}

type Expected = string | number | boolean;
type Asked = { readonly [O in Operator]?: Expected | undefined };

/** Data of the registry are ordered by what is expected of them. */
type LoweredType = ValueType | 'data';

function about(subject: PlanSubject, at: Place): SubjectComparisons {
  return new SubjectComparisons(subject, at);
}

/** Collects what is asked of one subject. */
class SubjectComparisons {
  readonly criteria: LoweredCriterion[] = [];

  constructor(
    private readonly subject: PlanSubject,
    private readonly at: Place,
  ) {}

  asked(property: string, comparison: Asked | undefined, type: LoweredType): this {
    for (const operator of OPERATORS) {
      const expected = comparison?.[operator];
      if (expected === undefined) continue;
      const valueType = valueTypeOf(type, operator, expected);
      this.#add(property, [property, operator], {
        operator,
        valueType,
        expected: expectedText(expected, valueType),
      });
    }
    return this;
  }

  /** Whether the subject is there; also when nothing else is asked of it. */
  orExists(exists: boolean | undefined): LoweredCriterion[] {
    if (exists === undefined && this.criteria.length > 0) return this.criteria;
    this.#add('exists', [], { operator: 'exists', valueType: 'text', expected: String(exists ?? true) });
    return this.criteria;
  }

  #add(
    property: string,
    at: Place,
    comparison: Pick<PlanCriterion, 'operator' | 'valueType' | 'expected'>,
  ): void {
    this.criteria.push({
      criterion: { subject: this.subject, property, ...comparison },
      at: [...this.at, ...at],
    });
  }
}

function valueTypeOf(type: LoweredType, operator: Operator, expected: Expected): ValueType {
  if (type !== 'data') return type;
  if (typeof expected === 'number') return 'number';
  return operator === 'equals' || operator === 'notEquals' ? 'text' : 'version';
}

function expectedText(expected: Expected, valueType: ValueType): string {
  // What Date.parse refuses has been refused before.
  return valueType === 'instant' && typeof expected === 'string'
    ? new Date(expected).toISOString()
    : String(expected);
}
