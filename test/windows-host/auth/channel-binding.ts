import { createHash } from 'node:crypto';
import { md5 } from './ntlm-keys.js';

/** What a host does with the channel binding of an NTLM logon over HTTPS (winrm/config, CbtHardeningLevel). */
export type CbtHardeningLevel = 'None' | 'Relaxed' | 'Strict';

/**
 * The channel binding token of a certificate: the MD5 of a gss_channel_bindings structure that holds only
 * application data (MS-NLMP 2.2.2.1, RFC 5929 section 4). `hash` is the certificate's signature hash.
 */
export function channelBindingToken(certificateDer: Buffer, hash: 'sha256' | 'sha384' | 'sha512'): Buffer {
  const endPoint = createHash(hash).update(certificateDer).digest();
  const applicationData = Buffer.concat([Buffer.from('tls-server-end-point:', 'latin1'), endPoint]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(applicationData.length, 16);
  return md5(head, applicationData);
}

/**
 * Whether a host of this hardening level accepts what the client bound to. Relaxed takes no token, but refuses
 * a wrong one; Strict takes only the right one. `expected` is null over plain HTTP, where nothing is checked.
 */
export function acceptsBinding(
  level: CbtHardeningLevel,
  expected: Buffer | null,
  received: Buffer | undefined,
): boolean {
  if (expected === null || level === 'None') return true;
  const absent = received === undefined || received.every((byte) => byte === 0);
  if (absent) return level === 'Relaxed';
  return received.equals(expected);
}
