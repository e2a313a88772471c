const RANGE = /\[([0-9]+|[a-z]|[A-Z]):([0-9]+|[a-z]|[A-Z])(?::([1-9][0-9]*))?\]/;
/** More hosts in one pattern are a mistake. */
export const MAX_RANGE = 10_000;

/**
 * The names that a host pattern of an inventory stands for: `web[01:20].example.com`, `db-[a:f]`, with a step
 * `[1:9:2]`. Undefined when a range cannot be read or is too long.
 */
export function expandHosts(pattern: string): readonly string[] | undefined {
  const range = RANGE.exec(pattern);
  if (!range) return /[[\]]/.test(pattern) ? undefined : [pattern];
  const [whole, first = '', last = '', step = '1'] = range;
  const values = valuesBetween(first, last, Number(step));
  const rest = expandHosts(pattern.slice(range.index + whole.length));
  if (!values || !rest || values.length * rest.length > MAX_RANGE) return undefined;
  const before = pattern.slice(0, range.index);
  return values.flatMap((value) => rest.map((end) => `${before}${value}${end}`));
}

function valuesBetween(first: string, last: string, step: number): readonly string[] | undefined {
  const isNumber = /^\d/.test(first);
  if (isNumber !== /^\d/.test(last)) return undefined;
  const [from, to] = isNumber ? [Number(first), Number(last)] : [codeOf(first), codeOf(last)];
  const count = Math.floor((to - from) / step) + 1;
  if (count < 1 || count > MAX_RANGE) return undefined;
  // A leading zero keeps all numbers as long as the first one.
  const width = first.startsWith('0') ? first.length : 0;
  const textOf = (value: number) =>
    isNumber ? String(value).padStart(width, '0') : String.fromCodePoint(value);
  return Array.from({ length: count }, (_, index) => textOf(from + index * step));
}

function codeOf(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}
