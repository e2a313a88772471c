import { createHash } from 'node:crypto';
import { contextTag, DerTag, expectDer, readDer, readDerChildren } from './der.js';
import { NtlmError } from './errors.js';
import { md5 } from './hashes.js';

type EndPointHash = 'sha256' | 'sha384' | 'sha512';

const PREFIX = Buffer.from('tls-server-end-point:', 'ascii');

/** Object identifiers in DER, hexadecimal, of what is signed with a hash that the channel binding keeps (RFC 5929 section 4.1). */
const SIGNATURE_HASHES: Readonly<Record<string, EndPointHash>> = {
  '2a864886f70d01010c': 'sha384', // sha384WithRSAEncryption
  '2a864886f70d01010d': 'sha512', // sha512WithRSAEncryption
  '2a8648ce3d040303': 'sha384', // ecdsa-with-SHA384
  '2a8648ce3d040304': 'sha512', // ecdsa-with-SHA512
};
const RSASSA_PSS = '2a864886f70d01010a';
const HASH_ALGORITHMS: Readonly<Record<string, EndPointHash>> = {
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

/**
 * The hash that a `tls-server-end-point` binding takes of this certificate (RFC 5929 section 4.1):
 * that of its signature; SHA-256 in place of MD5, SHA-1 and whatever is not known.
 */
export const endPointHashAlgorithm = (certificateDer: Buffer): EndPointHash => {
  const [, signatureAlgorithm] = readDerChildren(expectDer(certificateDer, DerTag.sequence).content);
  if (signatureAlgorithm?.tag !== DerTag.sequence) {
    throw new NtlmError('malformed-token', 'The server certificate names no signature algorithm');
  }
  const [oid, parameters] = readDerChildren(signatureAlgorithm.content);
  const name = oid?.content.toString('hex') ?? '';
  if (name === RSASSA_PSS) return pssHash(parameters?.content);
  return SIGNATURE_HASHES[name] ?? 'sha256';
};

/** The gss_channel_bindings structure (RFC 2744 section 3.11) with no addresses and this application data. */
export const gssChannelBindings = (certificateHash: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(PREFIX.length + certificateHash.length);
  return Buffer.concat([Buffer.alloc(16), length, PREFIX, certificateHash]);
};

/**
 * The value of MsvAvChannelBindings for a connection whose server showed this certificate: MD5 of the
 * gss_channel_bindings structure ([MS-NLMP] 2.2.2.1). Throws NtlmError `malformed-token` on broken DER.
 */
export const channelBindingsOf = (certificateDer: Buffer): Buffer =>
  md5(gssChannelBindings(createHash(endPointHashAlgorithm(certificateDer)).update(certificateDer).digest()));

// RSASSA-PSS-params (RFC 4055 section 3.1): the hash is in [0], SHA-1 when absent.
const pssHash = (parameters: Buffer | undefined): EndPointHash => {
  const [first] = parameters ? readDerChildren(parameters) : [];
  if (first?.tag !== contextTag(0)) return 'sha256';
  const algorithm = expectDer(first.content, DerTag.sequence);
  return HASH_ALGORITHMS[readDer(algorithm.content).content.toString('hex')] ?? 'sha256';
};
