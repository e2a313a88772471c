import type { WindowsHost } from '../host.js';
import { authenticateMessage, NEGOTIATE, type ClientSecurity, type Credentials } from './ntlm-client.js';
import { RawConnection, type RawReply } from './raw-connection.js';
import { commandMessage, createMessage, receiveMessage, type SoapOptions } from './soap-messages.js';

const SEALED =
  'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';
const SOAP = 'application/soap+xml;charset=UTF-8';

export interface SoapReply {
  readonly status: number;
  readonly xml: string;
  /** Code of the fault, 0 when there is none. */
  readonly fault: number;
}

/** One logged-on connection to a host: sealed over http, clear over https. Written for these tests, from the specification. */
export class TestClient implements AsyncDisposable {
  private constructor(
    readonly connection: RawConnection,
    readonly security: ClientSecurity,
    private readonly isSealed: boolean,
  ) {}

  /** Logs on with raw NTLM. Throws when the host refuses. */
  static async open(host: WindowsHost, credentials: Credentials): Promise<TestClient> {
    const connection = await RawConnection.open(host);
    const { reply, security } = await logOn(connection, credentials);
    if (reply.status !== 200) throw new Error(`Logon answered with ${reply.statusLine}`);
    return new TestClient(connection, security, host.transport === 'http');
  }

  async call(xml: string): Promise<SoapReply> {
    this.send(xml);
    return this.reply();
  }

  send(xml: string): void {
    const bytes = Buffer.from(xml, 'utf8');
    const body = this.isSealed ? this.seal(bytes) : bytes;
    this.connection.send({ headers: { 'Content-Type': this.isSealed ? SEALED : SOAP }, body });
  }

  async reply(): Promise<SoapReply> {
    const reply = await this.connection.reply();
    const xml = reply.body.length === 0 ? '' : this.open(reply).toString('utf8');
    const fault = /WSManFault[^>]* Code="(\d+)"|error_Code[^>]*>(\d+)</.exec(xml);
    return { status: reply.status, xml, fault: Number(fault?.[1] ?? fault?.[2] ?? 0) };
  }

  seal(plaintext: Buffer): Buffer {
    const { signature, ciphertext } = this.security.seal(plaintext);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(16);
    const head =
      '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
      `\tOriginalContent: type=${SOAP};Length=${plaintext.length}\r\n` +
      '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n';
    return Buffer.concat([
      Buffer.from(head),
      length,
      signature,
      ciphertext,
      Buffer.from('--Encrypted Boundary--\r\n'),
    ]);
  }

  /** Opens a sealed reply; over https replies are clear. */
  open(reply: RawReply): Buffer {
    if (!this.isSealed) return reply.body;
    const contentType = reply.headers.find(([name]) => name === 'Content-Type')?.[1];
    if (contentType !== SEALED) throw new Error(`Reply is not sealed: ${contentType}`);
    const length = Number(/Length=(\d+)/.exec(reply.body.toString('latin1'))?.[1]);
    const start = reply.body.indexOf('octet-stream\r\n') + 'octet-stream\r\n'.length + 4;
    return this.security.open(
      reply.body.subarray(start, start + 16),
      reply.body.subarray(start + 16, start + 16 + length),
    );
  }

  async createShell(options: SoapOptions = {}, shell = ''): Promise<string> {
    const { xml } = await this.call(createMessage(options, shell));
    return matched(xml, /<w:Selector Name="ShellId">([^<]+)</);
  }

  async startCommand(shellId: string, command: string, args: readonly string[] = []): Promise<string> {
    const { xml } = await this.call(commandMessage(shellId, command, args));
    return matched(xml, /<rsp:CommandId>([^<]+)</);
  }

  async receive(shellId: string, commandId: string, options: SoapOptions = {}): Promise<Received> {
    return received(await this.call(receiveMessage(shellId, commandId, options)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }
}

export interface Received {
  readonly reply: SoapReply;
  /** One entry per Stream element. */
  readonly streams: readonly { readonly name: string; readonly bytes: Buffer; readonly end: boolean }[];
  readonly stdout: string;
  readonly state: string;
  readonly exitCode: number | null;
}

export function received(reply: SoapReply): Received {
  const elements = [
    ...reply.xml.matchAll(/<rsp:Stream Name="(\w+)" CommandId="[^"]+"( End="true")?>([^<]*)</g),
  ];
  const streams = elements.map(([, name = '', end, text = '']) => ({
    name,
    bytes: Buffer.from(text, 'base64'),
    end: end !== undefined,
  }));
  const exitCode = /<rsp:ExitCode>(\d+)</.exec(reply.xml)?.[1];
  return {
    reply,
    streams,
    stdout: Buffer.concat(streams.filter(({ name }) => name === 'stdout').map(({ bytes }) => bytes)).toString(
      'utf8',
    ),
    state: /CommandState\/(\w+)"/.exec(reply.xml)?.[1] ?? '',
    exitCode: exitCode === undefined ? null : Number(exitCode),
  };
}

/** The two legs of a raw NTLM logon; the reply is that to the AUTHENTICATE. */
export async function logOn(
  connection: RawConnection,
  credentials: Credentials,
): Promise<{ reply: RawReply; security: ClientSecurity }> {
  const first = await connection.request({
    headers: { Authorization: `Negotiate ${NEGOTIATE.toString('base64')}` },
  });
  const challenge = first.headers.find(([name]) => name === 'WWW-Authenticate')?.[1].split(' ')[1] ?? '';
  const { message, security } = authenticateMessage(Buffer.from(challenge, 'base64'), credentials);
  const reply = await connection.request({
    headers: { Authorization: `Negotiate ${message.toString('base64')}` },
  });
  return { reply, security };
}

function matched(xml: string, pattern: RegExp): string {
  const found = pattern.exec(xml)?.[1];
  if (found === undefined) throw new Error(`Reply does not match ${pattern.source}: ${xml}`);
  return found;
}
