import type { MissedPolicy, OverlapPolicy } from './schedule.js';
import type { TriggerBody } from './trigger.js';

/** A schedule as a client states it, before its references are looked up. */
export interface ScheduleSettings {
  readonly name: string;
  readonly description?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly trigger: TriggerBody;
  readonly packages: readonly PackageSettings[];
  readonly targets: SelectionSettings & { readonly exclude?: SelectionSettings | undefined };
  readonly missed?: MissedPolicy | undefined;
  readonly overlap?: OverlapPolicy | undefined;
  readonly skipSucceeded?: boolean | undefined;
  readonly expiresAfterSeconds?: number | undefined;
  readonly priority?: number | undefined;
}

export interface PackageSettings {
  /** Id or name. */
  readonly package: string;
  readonly revision?: number | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

export interface SelectionSettings {
  readonly assets?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
}
