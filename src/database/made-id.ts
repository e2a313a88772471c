/** The id of what a write made, when it answers it; null otherwise. */
export function idOfMade(made: unknown): string | null {
  const id = typeof made === 'object' && made !== null && 'id' in made ? made.id : undefined;
  return typeof id === 'string' ? id : null;
}
