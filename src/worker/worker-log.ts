/** Where the worker's own parts write: the event's name first, ids as fields. Never a secret, never a payload. */
export interface WorkerLog {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
