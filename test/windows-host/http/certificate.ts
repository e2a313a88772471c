import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** A certification authority that lives as long as the test or the demo. */
export interface CertificateAuthority {
  readonly certificate: string;
  readonly key: string;
}

/** What a listener over HTTPS shows. */
export interface HostCertificate {
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authority that signed it. */
  readonly ca: string;
  /** SHA-256 of the DER, 64 lower-case hexadecimal digits. */
  readonly fingerprint: string;
  readonly der: Buffer;
  /** The hash of its signature, which channel bindings use too. */
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

/** Makes an authority. Elliptic curves: a thousand hosts must not wait for RSA keys. */
export async function createAuthority(): Promise<CertificateAuthority> {
  const made = await generate([{ name: 'commonName', value: 'Simulated Windows hosts CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

/** Makes a host's certificate for these DNS names and IP addresses. */
export async function createHostCertificate(
  authority: CertificateAuthority,
  names: readonly [string, ...string[]],
  hash: HostCertificate['hash'] = 'sha256',
): Promise<HostCertificate> {
  const made = await generate([{ name: 'commonName', value: names[0] }], {
    keyType: 'ec',
    algorithm: hash,
    ca: { key: authority.key, cert: authority.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map(altName) },
    ],
  });
  const der = new X509Certificate(made.cert).raw;
  const fingerprint = createHash('sha256').update(der).digest('hex');
  return { certificate: made.cert, key: made.private, ca: authority.certificate, fingerprint, der, hash };
}

function altName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };
}
