import { AvId, encodeAvPairs, findAvPair, parseAvPairs } from '../../ntlm/av-pairs.js';
import { hmacMd5 } from '../../ntlm/hashes.js';
import { messageIntegrityCode, ntowfv2, type NtlmIdentity } from '../../ntlm/ntlmv2.js';
import { Rc4 } from '../../ntlm/rc4.js';
import { NtlmSecurityContext } from '../../ntlm/security-context.js';

/** What Windows answered to our flags (recorded by pyspnego against a real host). */
const CHALLENGE_FLAGS = 0xe28a8235;
const SERVER_CHALLENGE = Buffer.from('0123456789abcdef', 'hex');

/** What a finished logon left behind. */
export interface AcceptedLogon {
  readonly context: NtlmSecurityContext;
  readonly user: string;
  readonly domain: string;
  /** MsvAvChannelBindings as the client sent it. */
  readonly channelBindings: Buffer | undefined;
  readonly targetName: string | undefined;
}

/** The server side of one NTLMv2 handshake, for tests: checks proof and MIC as [MS-NLMP] 3.2.5.1.2 asks. */
export class NtlmAcceptor {
  #negotiate: Buffer = Buffer.alloc(0);
  readonly #challenge: Buffer;

  constructor(
    private readonly account: NtlmIdentity,
    flags: number = CHALLENGE_FLAGS,
  ) {
    this.#challenge = encodeChallenge(flags);
  }

  challenge(negotiate: Buffer): Buffer {
    this.#negotiate = negotiate;
    return this.#challenge;
  }

  /** Undefined when the logon is refused. */
  accept(authenticate: Buffer): AcceptedLogon | undefined {
    const ntResponse = field(authenticate, 20);
    const temp = ntResponse.subarray(16);
    const user = field(authenticate, 36).toString('utf16le');
    const domain = field(authenticate, 28).toString('utf16le');
    const key = ntowfv2({ ...this.account, domain });
    const proof = hmacMd5(key, SERVER_CHALLENGE, temp);
    if (user !== this.account.user || !proof.equals(ntResponse.subarray(0, 16))) return undefined;
    const exportedSessionKey = new Rc4(hmacMd5(key, proof)).update(field(authenticate, 52));
    if (!this.#micIsRight(authenticate, exportedSessionKey)) return undefined;
    const pairs = parseAvPairs(temp.subarray(28));
    return {
      context: new NtlmSecurityContext({
        exportedSessionKey,
        flags: authenticate.readUInt32LE(60),
        role: 'server',
      }),
      user,
      domain,
      channelBindings: findAvPair(pairs, AvId.channelBindings),
      targetName: findAvPair(pairs, AvId.targetName)?.toString('utf16le'),
    };
  }

  #micIsRight(authenticate: Buffer, exportedSessionKey: Buffer): boolean {
    const zeroed = Buffer.from(authenticate);
    zeroed.fill(0, 72, 88);
    const mic = messageIntegrityCode(exportedSessionKey, [this.#negotiate, this.#challenge, zeroed]);
    return mic.equals(authenticate.subarray(72, 88));
  }
}

const field = (message: Buffer, at: number): Buffer => {
  const offset = message.readUInt32LE(at + 4);
  return message.subarray(offset, offset + message.readUInt16LE(at));
};

const encodeChallenge = (flags: number): Buffer => {
  const name = Buffer.from('WEB01', 'utf16le');
  const targetInfo = encodeAvPairs([
    { id: AvId.netbiosDomainName, value: name },
    { id: AvId.netbiosComputerName, value: name },
    { id: AvId.timestamp, value: Buffer.from('0000f8c4ba9dc7dc', 'hex') },
  ]);
  const head = Buffer.alloc(56);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(flags, 20);
  SERVER_CHALLENGE.copy(head, 24);
  head.writeUInt16LE(targetInfo.length, 40);
  head.writeUInt16LE(targetInfo.length, 42);
  head.writeUInt32LE(head.length, 44);
  return Buffer.concat([head, targetInfo]);
};
