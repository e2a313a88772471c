import { z } from 'zod';
import { WinchError } from '../shared/errors.js';

/** One or more settings cannot be used; the message lists all of them. */
export class ConfigurationError extends WinchError {
  readonly code = 'configuration-invalid';
  override readonly logLevel = 'error';

  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

const base64Key = z
  .string()
  .refine(
    (text) => Buffer.from(text, 'base64').length === 32,
    'must be 32 bytes in Base64 (openssl rand -base64 32)',
  );

const redisUrl = z.string().regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://');

const httpUrl = z.string().regex(/^https?:\/\/\S+$/, 'must be an http:// or https:// address');

const databaseUrl = z
  .string()
  .regex(/^sqlite:.+$/, 'must be sqlite:PATH; other databases are not supported by this version');

/** Host names and addresses, `http://` before those that may be called without TLS. */
const hostList = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .refine(
    (entries) => entries.every((entry) => /^(http:\/\/)?[\w.:-]+$/.test(entry)),
    'must be host names or addresses with commas between, http:// before those without TLS',
  );

/** Every setting that Winch reads, with its default. Keep in step with .env.example (a test compares them). */
export const environmentSchema = z.object({
  WINCH_HOST: z.string().min(1).default('127.0.0.1'),
  WINCH_PORT: wholeNumber(0, 65_535).default(3080),
  WINCH_ROLE: z.enum(['all', 'api', 'worker'], 'must be all, api or worker').default('all'),
  WINCH_DATA_DIR: z.string().min(1).default('./data'),
  WINCH_DATABASE_URL: databaseUrl.optional(),
  WINCH_REDIS_URL: redisUrl.optional(),
  WINCH_MASTER_KEY: base64Key.optional(),
  WINCH_MASTER_KEY_FILE: z.string().min(1).optional(),
  WINCH_WORKER_KEY: base64Key.optional(),
  WINCH_API_URL: httpUrl.optional(),
  WINCH_BOOTSTRAP_API_KEY: z
    .string()
    .regex(
      /^winch_[a-z0-9]{1,32}_\S{32,}$/,
      'must look like winch_<id>_<secret>, the secret at least 32 characters',
    )
    .optional(),
  WINCH_WORKER_CONCURRENCY: wholeNumber(1, 10_000).default(1000),
  WINCH_KEEP_OUTPUT_DAYS: wholeNumber(1, 36_500).default(90),
  WINCH_KEEP_LOG_DAYS: wholeNumber(1, 36_500).default(365),
  WINCH_KEEP_AUDIT_DAYS: wholeNumber(1, 36_500).default(730),
  WINCH_WEBHOOK_ALLOW: hostList.default([]),
  /** 0: only on demand and after deployments. */
  WINCH_SCAN_EVERY_HOURS: wholeNumber(0, 720).default(24),
  WINCH_LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'must be fatal, error, warn, info, debug or silent',
    )
    .default('info'),
});

export type Environment = z.infer<typeof environmentSchema>;

/** Settings that only the tests and the scripts read; known, so that they are not refused as misspelt. */
const KNOWN_ELSEWHERE = [
  'WINCH_RECORDINGS',
  'WINCH_TEST_REDIS_URL',
  'WINCH_TEST_DATABASE_URL',
  'WINCH_TEST_WINDOWS_URL',
];

/**
 * Parses the `WINCH_*` variables of a process environment. An empty value counts as not set.
 *
 * @throws ConfigurationError with every fault at once, unknown `WINCH_*` names among them.
 */
export function parseEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const given = Object.entries(variables).filter(
    ([name, value]) => name.startsWith('WINCH_') && value !== '',
  );
  const unknown = given.map(([name]) => name).filter((name) => !isKnown(name));
  const parsed = environmentSchema.safeParse(Object.fromEntries(given));
  const problems = [
    ...unknown.map((name) => `${name} is not a setting of Winch (see .env.example)`),
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  return parsed.data;
}

function isKnown(name: string): boolean {
  return name in environmentSchema.shape || KNOWN_ELSEWHERE.includes(name);
}
