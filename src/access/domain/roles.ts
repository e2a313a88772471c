/** The roles, from the least to the most; each may do what those before it may (DESIGN section 10). */
export const roles = ['viewer', 'operator', 'author', 'administrator'] as const;

/**
 * viewer reads; operator deploys what exists; author writes packages, groups and schedules; administrator holds
 * credentials, shares, keys and the connection settings of assets.
 */
export type Role = (typeof roles)[number];

/** Whether `role` may do what needs `needed`. */
export function reaches(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
