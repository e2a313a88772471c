import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, parseEnvironment } from './environment.js';

function problemsOf(variables: NodeJS.ProcessEnv): readonly string[] {
  try {
    parseEnvironment(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('parseEnvironment', () => {
  it('has a default for everything', () => {
    expect(parseEnvironment({})).toEqual({
      WINCH_HOST: '127.0.0.1',
      WINCH_KEEP_AUDIT_DAYS: 730,
      WINCH_KEEP_LOG_DAYS: 365,
      WINCH_KEEP_OUTPUT_DAYS: 90,
      WINCH_PORT: 3080,
      WINCH_WEBHOOK_ALLOW: [],
      WINCH_SCAN_EVERY_HOURS: 24,
      WINCH_ROLE: 'all',
      WINCH_DATA_DIR: './data',
      WINCH_WORKER_CONCURRENCY: 1000,
      WINCH_LOG_LEVEL: 'info',
    });
  });

  it('leaves the variables of others alone, and takes an empty value for none', () => {
    expect(
      parseEnvironment({ PATH: '/bin', REDIS_URL: 'x', WINCH_REDIS_URL: '', WINCH_PORT: '' }),
    ).toMatchObject({ WINCH_PORT: 3080 });
  });

  it('lists every fault at once, unknown names among them', () => {
    const problems = problemsOf({
      WINCH_PORT: '99999',
      WINCH_ROLE: 'boss',
      WINCH_REDIS_URL: 'localhost:6379',
      WINCH_WORKER_KEY: 'short',
      WINCH_REDISURL: 'redis://localhost',
    });

    expect(problems).toEqual([
      'WINCH_REDISURL is not a setting of Winch (see .env.example)',
      'WINCH_PORT must be a whole number from 0 to 65535',
      'WINCH_ROLE must be all, api or worker',
      'WINCH_REDIS_URL must begin with redis:// or rediss://',
      'WINCH_WORKER_KEY must be 32 bytes in Base64 (openssl rand -base64 32)',
    ]);
  });

  it.each([
    ['WINCH_PORT', '8080 '],
    ['WINCH_PORT', '-1'],
    ['WINCH_PORT', '0x50'],
    ['WINCH_WORKER_CONCURRENCY', '0'],
    ['WINCH_WORKER_CONCURRENCY', '10001'],
    ['WINCH_API_URL', 'ftp://winch'],
    ['WINCH_DATABASE_URL', 'postgres://db/winch'],
    ['WINCH_MASTER_KEY', 'not a key'],
    ['WINCH_BOOTSTRAP_API_KEY', 'winch_ci_short'],
    ['WINCH_LOG_LEVEL', 'verbose'],
    ['WINCH_WEBHOOK_ALLOW', 'itsm.example,https://other.example/hook'],
  ])('refuses %s=%p and names it', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name} must `)]);
  });

  it('knows the settings that only tests and scripts read', () => {
    expect(problemsOf({ WINCH_TEST_REDIS_URL: 'redis://localhost', WINCH_RECORDINGS: '/x' })).toEqual([]);
  });

  it('never shows a value in its message: it may be a secret', () => {
    const problems = problemsOf({ WINCH_BOOTSTRAP_API_KEY: 'hunter2', WINCH_MASTER_KEY: 'hunter2' });

    expect(problems.join()).not.toContain('hunter2');
  });
});
