/** Instants are stored in UTC with milliseconds: one with another offset or precision would not compare. */
export function utcOf(instant: string | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}
