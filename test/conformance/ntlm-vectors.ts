import { z } from 'zod';
import { readRecording } from './winrm-recordings.js';

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => Buffer.from(text, 'hex'));
const keys = z.object({ clientSeal: hex, clientSign: hex, serverSeal: hex, serverSign: hex });

const vectors = z.object({
  ms_nlmp_4_2: z.object({
    user: z.string(),
    domain: z.string(),
    password: z.string(),
    workstation: z.string(),
    serverChallenge: hex,
    clientChallenge: hex,
    time: hex,
    randomSessionKey: hex,
    ntowfv2: hex,
    temp: hex,
    ntProofStr: hex,
    sessionBaseKey: hex,
    lmv2Response: hex,
    encryptedRandomSessionKey: hex,
    keys_v2_128_keyexch: keys,
    sealPlaintext: hex,
    sealed: hex,
    signature: hex,
    challengeMessage: hex,
    authenticateMessage: hex,
  }),
  winrm_rs_real_windows_challenge: z.object({
    user: z.string(),
    domain: z.string(),
    password: z.string(),
    negotiate: hex,
    challenge: hex,
    authenticateMicZero: hex,
    exportedSessionKey: hex,
    ntowfv2: hex,
    ntProofStr: hex,
    sessionBaseKey: hex,
    mic: hex,
    keys,
    seal: z.object({ plaintext: hex, signature_plus_ciphertext: hex }),
    mechListMIC: z.object({ mechTypes: hex, mic: hex }),
  }),
  winrm_net_real_capture: z.object({
    negotiate: hex,
    challenge: hex,
    authenticateMicZero: hex,
    authenticate: hex,
    exportedSessionKey: hex,
    encryptedRandomSessionKey: hex,
    ntProofStr: hex,
    mic: hex,
    keys,
  }),
  cbt: z.object({
    items: z.array(
      z.object({
        test: z.string(),
        certDerB64: z.string(),
        hashAlgorithmUsed: z.string(),
        certHash: hex,
        gssChannelBindings: hex,
        md5ForNtlmAvPair10: hex,
      }),
    ),
  }),
  ntlm_auth_cbt: z.object({
    certHash: hex,
    avPair10: hex,
    temp: hex,
    ntProofStr: hex,
    encryptedRandomSessionKey: hex,
    wrap: z.object({ plaintext: hex, signature: hex, ciphertext: hex }),
  }),
});

/** The known answers of vectors/kat.json, hexadecimal values as bytes. */
export const ntlmVectors = (): z.infer<typeof vectors> =>
  vectors.parse(JSON.parse(readRecording('vectors/kat.json')));

/** A field of an NTLM message, read independently of the library under test. */
export const ntlmField = (message: Buffer, at: number): Buffer => {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  return message.subarray(offset, offset + length);
};
