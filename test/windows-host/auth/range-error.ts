/** Whether reading left a buffer. By name: under Jest, Node's own errors are no instances of the test's classes. */
export function isRangeError(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === 'RangeError';
}
