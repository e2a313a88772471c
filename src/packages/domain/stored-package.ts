import type { PackageId } from '../../shared/ids.js';
import type { DeploymentPackage } from './deployment-package.js';
import { stepSchema } from './steps/step-types.js';

/**
 * A draft was imported from another program: no deployment takes it until somebody has looked at it and saved it. An
 * archived package is kept for its history and takes no new deployment; its name is free again.
 */
export const packageStates = ['draft', 'active', 'archived'] as const;
export type PackageState = (typeof packageStates)[number];

/** A package without its content, as lists show it. Instants are in RFC 3339, UTC. */
export interface PackageSummary {
  readonly id: PackageId;
  /** Unique among those that are not archived, whatever the case. */
  readonly name: string;
  readonly description: string;
  /** The newest one; rises by one with each saved change. */
  readonly revision: number;
  readonly state: PackageState;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One saved state of a package with its content; immutable. */
export interface StoredRevision {
  readonly packageId: PackageId;
  readonly revision: number;
  readonly package: DeploymentPackage;
  readonly createdAt: string;
  /** Who saved it. */
  readonly createdBy: string;
}

/** The revision with the fields that its steps have got since it was saved, at their defaults. */
export function completed(stored: StoredRevision): StoredRevision {
  const steps = stored.package.steps.map((step) => stepSchema.safeParse(step).data ?? step);
  return { ...stored, package: { ...stored.package, steps } };
}

/** Whether two packages say the same, so that saving one over the other changes nothing. */
export function saysTheSame(a: DeploymentPackage, b: DeploymentPackage): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
