/** One line of what simrun reports; the format stands in recipe/programs/simrun.c. */
export type SimrunReport =
  | {
      readonly kind: 'start';
      readonly pid: number;
      readonly parentPid: number;
      readonly startedAt: string;
      readonly commandLine: string;
    }
  | { readonly kind: 'exit'; readonly pid: number; readonly exitCode: number }
  | { readonly kind: 'fail'; readonly error: number };

/** Throws for a line that simrun does not write. */
export function parseSimrunReport(line: string): SimrunReport {
  const [kind = '', ...fields] = line.split('\t');
  const [first = '', second = '', third = ''] = fields;
  switch (kind) {
    case 'start': {
      const commandLine = fields.slice(3).join('\t').trim();
      return {
        kind,
        pid: Number(first),
        parentPid: Number(second),
        startedAt: instantOf(third),
        commandLine,
      };
    }
    case 'exit':
      return { kind, pid: Number(first), exitCode: Number(second) };
    case 'fail':
      return { kind, error: Number(first) };
    default:
      throw new Error(`simrun reported something unknown: ${line}`);
  }
}

/** A FILETIME counts units of 100 ns from 1601. */
function instantOf(filetime: string): string {
  const unixMs = Number(BigInt(filetime) / 10_000n) - 11_644_473_600_000;
  return new Date(unixMs).toISOString();
}
