import type { HostAccount } from '../auth/accounts.js';
import type { HostBackend } from '../engine/backend.js';
import { wsmanFault } from '../soap/fault.js';
import { CMD_SHELL_URI } from '../soap/namespaces.js';
import type { OperationName } from '../soap/operation.js';
import { isTrue, type SoapRequest } from '../soap/request.js';
import { operationTimeoutMs, replyLimitBytes, type Quotas } from './quotas.js';
import { Shell } from './shell.js';
import * as bodies from './shell-bodies.js';

/** Who asks, and over which connection. */
export interface Caller {
  readonly account: HostAccount;
  /** `PC-0001\Administrator`. */
  readonly owner: string;
  readonly clientAddress: string;
  readonly gone: AbortSignal;
}

/** A reply's SOAP body, and what to do when it is known not to have reached the client. */
export interface ServiceReply {
  readonly body: string;
  readonly onLost?: () => void;
}

type ShellOperation = (
  shell: Shell,
  request: SoapRequest,
  caller: Caller,
) => ServiceReply | Promise<ServiceReply>;

/** Envelope, header, state and end elements around the output of one reply. */
const RECEIVE_OVERHEAD_BYTES = 4096;

/** The shells of one host: Create, Command, Send, Receive, Signal and Delete (MS-WSMV 3.1.4.5 to 3.1.4.14). */
export class ShellService {
  readonly #shells = new Map<string, Shell>();
  /** The operations that name a shell. */
  readonly #inShell: Partial<Record<OperationName, ShellOperation>> = {
    Command: (shell, request) => this.#command(shell, request),
    Send: send,
    Receive: (shell, request, caller) => this.#receive(shell, request, caller),
    Signal: signal,
    Delete: (shell) => this.#delete(shell),
  };

  constructor(
    private readonly backend: HostBackend,
    private readonly quotas: Quotas,
    private readonly now: () => Date,
  ) {}

  /** The shells that live, for the control address. */
  get shells(): readonly Shell[] {
    return [...this.#shells.values()];
  }

  /** Carries out one operation. Throws WsmanFault. */
  async handle(request: SoapRequest, caller: Caller): Promise<ServiceReply> {
    if (request.resourceUri.toLowerCase() !== CMD_SHELL_URI)
      throw wsmanFault(isKnownResource(request.resourceUri));
    if (request.operation === 'Create') return this.#create(request, caller);
    const carryOut = this.#inShell[request.operation];
    if (carryOut === undefined) throw wsmanFault('action-not-supported');
    const shell = this.#shellOf(request, caller);
    return shell.use(() => carryOut(shell, request, caller));
  }

  /** Ends every shell: the service stops, or Windows does. */
  closeAll(): void {
    for (const shell of this.#shells.values()) shell.close();
    this.#shells.clear();
  }

  #create(request: SoapRequest, caller: Caller): ServiceReply {
    if (caller.account.administrator === false) throw wsmanFault('access-denied');
    if (this.#shellsOf(caller).length >= this.quotas.maxShellsPerUser) throw wsmanFault('shells-quota');
    const shell = new Shell(
      this.#settings(bodies.readShell(request.body), caller),
      this.backend.engine,
      (idle) => this.#end(idle),
    );
    this.#shells.set(shell.id, shell);
    return { body: bodies.encodeCreated(shell, request.to, this.now()) };
  }

  #settings(asked: bodies.ShellRequest, caller: Caller): Shell['settings'] {
    const environment = mergedEnvironment(this.backend.environmentOf(caller.owner), asked.environment);
    return {
      owner: caller.owner,
      user: caller.account.user,
      clientAddress: caller.clientAddress,
      environment,
      workingDirectory: asked.workingDirectory ?? environment['USERPROFILE'] ?? 'C:\\',
      inputStreams: asked.inputStreams,
      outputStreams: asked.outputStreams,
      idleTimeoutMs: Math.min(asked.idleTimeoutMs ?? this.quotas.idleTimeoutMs, this.quotas.idleTimeoutMs),
      createdAt: this.now(),
    };
  }

  #command(shell: Shell, request: SoapRequest): ServiceReply {
    const operations = this.#operationsOf(shell.settings.owner);
    if (operations >= this.quotas.maxConcurrentOperationsPerUser) throw wsmanFault('operations-quota');
    const commandLine = bodies.readCommandLine(request.body);
    const skipsCmd = isTrue(request.options.get('winrs_skip_cmd_shell'));
    // Without cmd.exe no one searches the PATH (recorded on 2008 R2).
    if (skipsCmd && !/^"?[a-z]:\\/i.test(commandLine)) throw wsmanFault('file-not-found');
    const command = shell.start(commandLine);
    return {
      body: `<rsp:CommandResponse><rsp:CommandId>${command.id}</rsp:CommandId></rsp:CommandResponse>`,
    };
  }

  async #receive(shell: Shell, request: SoapRequest, caller: Caller): Promise<ServiceReply> {
    const { commandId, streams } = bodies.readReceive(request.body);
    const command = shell.command(commandId);
    const limit = replyLimitBytes(request.maxEnvelopeSize, this.quotas);
    const batch = await command.receive({
      streams,
      gone: caller.gone,
      timeoutMs: operationTimeoutMs(request.operationTimeoutMs, this.quotas),
      roomBytes: limit - RECEIVE_OVERHEAD_BYTES,
    });
    return { body: bodies.encodeReceived(command.id, batch), onLost: () => command.restore(batch) };
  }

  #delete(shell: Shell): ServiceReply {
    this.#end(shell);
    return { body: '' };
  }

  #end(shell: Shell): void {
    shell.close();
    this.#shells.delete(shell.id);
  }

  #shellOf(request: SoapRequest, caller: Caller): Shell {
    const shell = this.#shells.get((request.selectors.get('shellid') ?? '').toUpperCase());
    if (shell === undefined || shell.settings.owner !== caller.owner) throw wsmanFault('unknown-shell');
    return shell;
  }

  #shellsOf(caller: Caller): Shell[] {
    return this.shells.filter((shell) => shell.settings.owner === caller.owner);
  }

  #operationsOf(owner: string): number {
    const own = this.shells.filter((shell) => shell.settings.owner === owner);
    return own.reduce((sum, shell) => sum + shell.commandCount, 0);
  }
}

function send(shell: Shell, request: SoapRequest): ServiceReply {
  const { commandId, bytes, end } = bodies.readSend(request.body);
  shell.command(commandId).send(bytes, end);
  return { body: '<rsp:SendResponse/>' };
}

function signal(shell: Shell, request: SoapRequest): ServiceReply {
  const { commandId, signal: name } = bodies.readSignal(request.body);
  const command = shell.command(commandId);
  if (name === 'terminate' || command.state === 'Done') shell.terminate(command);
  else if (name === 'ctrl_c' || name === 'ctrl_break') command.terminate();
  else throw wsmanFault('invalid-parameter');
  return { body: '<rsp:SignalResponse/>' };
}

/** WMI and configuration exist on Windows but not here: an honest refusal; anything else exists nowhere. */
function isKnownResource(resourceUri: string): 'action-not-supported' | 'resource-not-found' {
  return /^http:\/\/schemas\.(microsoft|dmtf)\.(com|org)\/wbem\//i.test(resourceUri)
    ? 'action-not-supported'
    : 'resource-not-found';
}

/** Variables of the client replace those of the logon; names are compared without regard to case. */
function mergedEnvironment(
  logon: Readonly<Record<string, string>>,
  asked: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const replaced = new Set([...asked.keys()].map((name) => name.toLowerCase()));
  const kept = Object.entries(logon).filter(([name]) => !replaced.has(name.toLowerCase()));
  return Object.fromEntries([...kept, ...asked]);
}
