import { PLAIN_ROLLOUT } from '../deployments/domain/deployment-order.js';
import { Inject, Injectable } from '@nestjs/common';
import type { TargetSelection } from '../deployments/domain/deployment-order.js';
import { DeploymentsService } from '../deployments/deployments.service.js';
import type { PackageParameter } from '../packages/domain/deployment-package.js';
import { PackagesService } from '../packages/packages.service.js';
import type { Fault } from '../shared/errors.js';
import { checkPattern } from './domain/occurrences.js';
import { parseTrigger } from './domain/parse-trigger.js';
import type { Schedule, ScheduledPackage } from './domain/schedule.js';
import type { PackageSettings, ScheduleSettings, SelectionSettings } from './domain/schedule-settings.js';
import type { TriggerBody } from './domain/trigger.js';

export type CheckedSchedule =
  | {
      readonly ok: true;
      readonly trigger: TriggerBody;
      readonly packages: readonly ScheduledPackage[];
      /** Secret parameters of each package. */
      readonly secrets: readonly Readonly<Record<string, string>>[];
      readonly targets: Schedule['targets'];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

interface CheckedPackage {
  readonly faults: readonly Fault[];
  readonly scheduled?: ScheduledPackage;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Looks up what a schedule refers to, and says while its author is awake what would fail when it is due. */
@Injectable()
export class ScheduleChecks {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(PackagesService) private readonly packages: PackagesService,
  ) {}

  async check(settings: ScheduleSettings, now: Date): Promise<CheckedSchedule> {
    const trigger = withStart(settings.trigger, now);
    const targets = {
      ...selectionOf(settings.targets),
      exclude: selectionOf(settings.targets.exclude ?? {}),
    };
    const checked: CheckedPackage[] = [];
    for (const [index, wanted] of settings.packages.entries()) {
      checked.push(await this.#package(targets, wanted, index));
    }
    const faults = [
      ...triggerFaults(settings, trigger, now),
      ...countFaults(settings),
      ...checked.flatMap((each) => each.faults),
    ];
    if (faults.length > 0) return { ok: false, faults: unique(faults) };
    return {
      ok: true,
      trigger,
      packages: checked.flatMap(({ scheduled }) => scheduled ?? []),
      secrets: checked.map((each) => each.secrets),
      targets,
    };
  }

  async #package(
    targets: Schedule['targets'],
    { package: ref, revision, parameters = {} }: PackageSettings,
    index: number,
  ): Promise<CheckedPackage> {
    const faults = await this.deployments.check({
      package: ref,
      revision,
      targets,
      expectedTargets: undefined,
      parameters,
      ticket: undefined,
      rollout: PLAIN_ROLLOUT,
    });
    const located = faults.map((fault) => inPackage(fault, index));
    const found = await this.packages.findRevision(ref, revision);
    if (!found.ok) return { faults: located, secrets: {} };
    const { plain, secret } = split(found.stored.package.parameters, parameters);
    const scheduled = {
      packageId: found.stored.packageId,
      revision: revision ?? null,
      parameters: plain,
      secretNames: Object.keys(secret),
    };
    return { faults: located, scheduled, secrets: secret };
  }
}

/** `every` counts from the instant at which it was written, unless it says from where. */
function withStart(trigger: TriggerBody, now: Date): TriggerBody {
  return trigger.every && trigger.startAt === undefined
    ? { ...trigger, startAt: now.toISOString() }
    : trigger;
}

const PASSED: Fault = {
  pointer: '/trigger/once',
  code: 'out-of-range',
  detail: 'It has passed already: give an instant in the future, or set enabled to false',
};

function countFaults({ packages }: ScheduleSettings): readonly Fault[] {
  if (packages.length > 0) return [];
  return [{ pointer: '/packages', code: 'empty-list', detail: 'Must name at least one package' }];
}

function triggerFaults({ enabled = true }: ScheduleSettings, body: TriggerBody, now: Date): readonly Fault[] {
  const parsing = parseTrigger(body, now);
  if (!parsing.ok) return parsing.faults.map((each) => ({ ...each, pointer: `/trigger${each.pointer}` }));
  if (enabled && parsing.trigger.kind === 'once' && parsing.trigger.at <= now) return [PASSED];
  if (parsing.trigger.kind !== 'pattern' || body.cron === undefined) return [];
  const pattern = checkPattern(parsing.trigger.pattern, parsing.trigger.timeZone, now);
  return pattern.ok ? [] : [{ pointer: '/trigger/cron', code: 'wrong-format', detail: pattern.detail }];
}

/** An order's faults as those of the package in the schedule; its targets are the whole schedule's. */
function inPackage(fault: Fault, index: number): Fault {
  return fault.pointer.startsWith('/targets')
    ? fault
    : { ...fault, pointer: `/packages/${index}${fault.pointer}` };
}

/** Several packages have the same targets, and so the same faults of them. */
function unique(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

function split(
  declared: readonly PackageParameter[],
  given: Readonly<Record<string, unknown>>,
): { plain: Record<string, string>; secret: Record<string, string> } {
  const secretNames = new Set(declared.filter(({ secret }) => secret).map(({ name }) => name));
  const entries = Object.entries(given).map(([name, value]) => [name, String(value)] as const);
  const isSecret = ([name]: readonly [string, string]) => secretNames.has(name.toUpperCase());
  return {
    plain: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: Object.fromEntries(entries.filter(isSecret)),
  };
}

function selectionOf({ assets = [], groups = [], filter }: SelectionSettings): TargetSelection {
  return { assets, groups, filter };
}
