/** Whether a name matches a pattern of a plan: `*` stands for any text, upper and lower case are the same. */
export function matchesPattern(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'isu').test(name);
}
