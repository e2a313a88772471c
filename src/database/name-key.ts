/** What a name is compared by: two names that differ in case or in Unicode composition alone are the same. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
