import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLines } from './run-script.js';

describe('Redis of our own', () => {
  it('answers with its password only, keeps nothing, and is gone after stop', () => {
    const { stdout } = runLines(`
      import { connect } from 'node:net';
      import { once } from 'node:events';
      import { provideRedis } from '#scripts/redis.mjs';
      import { isPortFree } from '#scripts/lib/processes.mjs';
      const redis = await provideRedis({});
      await redis.start();
      const { port, password } = new URL(redis.url);
      const ask = async (text) => {
        const socket = connect(Number(port), '127.0.0.1').end(text);
        const [bytes] = await once(socket, 'data');
        return bytes.toString();
      };
      const withoutPassword = await ask('PING\\r\\n');
      const policy = await ask('AUTH ' + password + '\\r\\nCONFIG GET maxmemory-policy\\r\\n');
      await redis.stop();
      console.log(JSON.stringify({ withoutPassword, policy, free: await isPortFree('127.0.0.1', Number(port)) }));
    `);

    const { withoutPassword, policy, free } = JSON.parse(stdout);
    expect(withoutPassword).toMatch(/^-NOAUTH/);
    expect(policy).toContain('noeviction');
    expect(free).toBe(true);
  });
});

describe('the search for Redis', () => {
  const isRootOnDebian =
    process.getuid?.() === 0 &&
    existsSync('/etc/os-release') &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
  const describeAsRootOnDebian = isRootOnDebian ? describe : describe.skip;
  let bin: string;

  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'winch-path-'));
  });

  afterEach(() => {
    rmSync(bin, { recursive: true });
  });

  const program = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };

  const search = (address = ''): { url?: string; error?: string; stderr: string } => {
    const { stdout, stderr } = runLines(
      `
        import { provideRedis } from '#scripts/redis.mjs';
        const answer = await provideRedis({ address: ${JSON.stringify(address)} }).then(
          ({ url }) => ({ url }),
          (error) => ({ error: error.message }),
        );
        console.log(JSON.stringify(answer));
      `,
      { PATH: bin, CI: 'true' },
    );
    return { ...JSON.parse(stdout), stderr };
  };

  it('takes an address that is given as it is', () => {
    expect(search('redis://example.test:6379')).toEqual({ url: 'redis://example.test:6379', stderr: '' });
  });

  it('says all that can be done when there is none', () => {
    const { error } = search();

    expect(error).toContain('set WINCH_REDIS_URL');
    expect(error).toContain('apt-get install redis-server');
    expect(error).toContain('Docker or Podman');
  });

  it('passes over an engine that does not answer', () => {
    program('docker', 'exit 1');

    expect(search().error).toContain('needs Redis');
  });

  describeAsRootOnDebian('as root on Debian (elsewhere skipped: apt-get is not asked there)', () => {
    it('installs it with apt-get, after an update, and says so', () => {
      program(
        'apt-get',
        `echo "$*" >> ${bin}/calls\n[ "$1" = install ] && echo > ${bin}/redis-server\nexit 0`,
      );

      const { url, stderr } = search();

      expect(url).toMatch(/^redis:\/\/:[\w-]{32}@127\.0\.0\.1:\d+$/);
      expect(stderr).toContain('Installing redis-server with apt-get');
      expect(readFileSync(join(bin, 'calls'), 'utf8')).toBe(
        'update -qq\ninstall -y -qq --no-install-recommends redis-server\n',
      );
    });

    it('goes on to an engine that answers when apt-get has failed', () => {
      program('apt-get', 'exit 100');
      program('docker', 'exit 0');

      const { url, stderr } = search();

      expect(url).toMatch(/^redis:\/\//);
      expect(stderr).toContain('apt-get could not install redis-server');
    });
  });
});
