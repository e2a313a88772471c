import { Secret } from '../../src/shared/secret.js';
import type { SessionOptions } from '../../src/winrm/index.js';

/**
 * Reads `WINCH_TEST_WINDOWS_URL`: `https://user:password@host:5986`, or `http://...:5985`. A self-signed
 * certificate is pinned by `?fingerprint=<SHA-256>`. Throws for anything else.
 */
export function readWindowsUrl(text: string): SessionOptions {
  const url = new URL(text);
  const transport = url.protocol.slice(0, -1);
  if (transport !== 'http' && transport !== 'https')
    throw new Error(`WINCH_TEST_WINDOWS_URL begins with ${url.protocol}//: use https:// or http://`);
  if (url.username === '' || url.password === '')
    throw new Error('WINCH_TEST_WINDOWS_URL names no user and password: https://user:password@host:5986');
  const fingerprint = url.searchParams.get('fingerprint');
  return {
    host: url.hostname,
    port: Number(url.port || (transport === 'https' ? 5986 : 5985)),
    transport,
    authentication: 'negotiate',
    username: decodeURIComponent(url.username),
    password: new Secret(decodeURIComponent(url.password)),
    ...(fingerprint === null ? {} : { tls: { verify: 'fingerprint', fingerprint } }),
  };
}
