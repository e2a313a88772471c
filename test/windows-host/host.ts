import { Accounts, type HostAccount } from './auth/accounts.js';
import { Authenticator } from './auth/authenticator.js';
import { channelBindingToken, type CbtHardeningLevel } from './auth/channel-binding.js';
import { filetimeOf } from './auth/ntlm-acceptor.js';
import { ControlServer } from './control/control-server.js';
import type { HostBackend, MachineTransition } from './engine/backend.js';
import { Misbehaviours, misbehaviourSchema, type MisbehaviourInput } from './faults/misbehaviour.js';
import { createAuthority, createHostCertificate, type HostCertificate } from './http/certificate.js';
import { WinrmEndpoint } from './http/endpoint.js';
import { Listener } from './http/listener.js';
import { RequestLog, type LoggedRequest } from './http/request-log.js';
import { DEFAULT_QUOTAS, type Quotas } from './shells/quotas.js';
import { ShellService } from './shells/shell-service.js';
import type { Shell } from './shells/shell.js';

export type Transport = 'http' | 'https';

export interface WindowsHostOptions {
  /** The computer's name, at most 15 characters as NetBIOS allows. */
  readonly name: string;
  /** The machine behind the service. The host closes it with itself. */
  readonly backend: HostBackend;
  /** Default http: bodies are sealed. Over https they are not. */
  readonly transport?: Transport;
  /** The address to listen on. Default 127.0.0.1. */
  readonly address?: string;
  /** Default 0: the system chooses. */
  readonly port?: number;
  readonly accounts: readonly HostAccount[];
  readonly quotas?: Partial<Quotas>;
  /** Default Relaxed, as on Windows. */
  readonly cbtHardeningLevel?: CbtHardeningLevel;
  /** Whether Basic is offered. Only over https; default true there. */
  readonly basic?: boolean;
  /** Take clear text over http after a logon. Default false, as on Windows. */
  readonly allowUnencrypted?: boolean;
  /** The certificate over https. Default: a new one, from an authority of its own. */
  readonly certificate?: HostCertificate;
  /** A control server shared by several hosts. Default: one of its own. */
  readonly control?: ControlServer;
}

/** A simulated Windows host that listens. */
export interface WindowsHost extends AsyncDisposable {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
  /** Where this host's model is shown and changed: append `/model`, `/faults` and so on. */
  readonly controlUrl: string;
  /** PEM of the authority over https; null over http. */
  readonly ca: string | null;
  /** SHA-256 of the certificate, lower-case hexadecimal; null over http. */
  readonly fingerprint: string | null;
  readonly backend: HostBackend;
  /** The operations seen, in order. */
  requests(): readonly LoggedRequest[];
  /** The shells that live. */
  shells(): readonly Shell[];
  /** Makes coming operations go wrong. Throws a ZodError for a rule that is none. */
  misbehave(...rules: readonly MisbehaviourInput[]): void;
  /** How many operations stand still at this moment. */
  stalled(): number;
  /** Forgets what shall go wrong, and lets go on what stands still. */
  behave(): void;
  /** Stops and starts the WinRM service: connections break, every shell is forgotten. */
  restartService(): Promise<void>;
  /** Ends the host and its machine. Leaves no socket, timer or process. */
  close(): Promise<void>;
}

/** Starts a host and resolves when it listens, or when its machine is known to be off. When it rejects, nothing is left. */
export async function startWindowsHost(options: WindowsHostOptions): Promise<WindowsHost> {
  const transport = options.transport ?? 'http';
  const certificate = transport === 'https' ? (options.certificate ?? (await newCertificate(options))) : null;
  const control = options.control ?? (await ControlServer.start());
  const host = new SimulatedHost({ options, transport, certificate, control });
  try {
    await host.start();
    return host;
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function newCertificate(options: WindowsHostOptions): Promise<HostCertificate> {
  const address = options.address ?? '127.0.0.1';
  return createHostCertificate(await createAuthority(), [options.name, 'localhost', address]);
}

interface HostParts {
  readonly options: WindowsHostOptions;
  readonly transport: Transport;
  readonly certificate: HostCertificate | null;
  readonly control: ControlServer;
}

class SimulatedHost implements WindowsHost {
  readonly name: string;
  readonly address: string;
  readonly transport: Transport;
  readonly backend: HostBackend;
  readonly ca: string | null;
  readonly fingerprint: string | null;
  readonly controlUrl: string;
  readonly #parts: HostParts;
  readonly #log = new RequestLog();
  readonly #misbehaviours = new Misbehaviours();
  readonly #service: ShellService;
  readonly #listener: Listener;
  readonly #stopWatching: () => void;
  /** Openings and closings of the listener, one after the other. */
  #listening: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: HostParts) {
    const { options, certificate } = parts;
    this.#parts = parts;
    this.name = options.name;
    this.address = options.address ?? '127.0.0.1';
    this.transport = parts.transport;
    this.backend = options.backend;
    this.ca = certificate?.ca ?? null;
    this.fingerprint = certificate?.fingerprint ?? null;
    this.#service = new ShellService(options.backend, this.#quotas, () => this.#now());
    this.#listener = this.#createListener();
    this.#stopWatching = options.backend.watch((transition) => this.#onTransition(transition));
    this.controlUrl = parts.control.add(this.name, {
      backend: this.backend,
      shells: () => this.shells(),
      requests: () => this.requests(),
      misbehaviours: this.#misbehaviours,
      restartService: () => this.restartService(),
    });
  }

  get port(): number {
    return this.#listener.port;
  }

  async start(): Promise<void> {
    await this.#listener.open();
    // Opened even so: that is how the port is chosen.
    if (!this.backend.model.online) await this.#listener.close();
  }

  requests(): readonly LoggedRequest[] {
    return this.#log.entries;
  }

  shells(): readonly Shell[] {
    return this.#service.shells;
  }

  misbehave(...rules: readonly MisbehaviourInput[]): void {
    this.#misbehaviours.add(rules.map((rule) => misbehaviourSchema.parse(rule)));
  }

  stalled(): number {
    return this.#misbehaviours.stalls.count;
  }

  behave(): void {
    this.#misbehaviours.clear();
  }

  async restartService(): Promise<void> {
    this.#service.closeAll();
    this.#listener.dropConnections();
    await this.#afterListening(async () => {
      await this.#listener.close();
      await this.#listener.open();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWatching();
    this.#service.closeAll();
    await this.#listening;
    await this.#listener.close();
    this.#parts.control.remove(this.name);
    if (this.#parts.options.control === undefined) await this.#parts.control.close();
    await this.backend.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** `rebooting` and `shut-down` take the shells with them, `offline` only the network. */
  #onTransition(transition: MachineTransition): void {
    if (transition === 'rebooting' || transition === 'shut-down') this.#service.closeAll();
    if (transition !== 'online') this.#listener.dropConnections();
    this.#afterListening(() =>
      this.backend.model.online ? this.#listener.open() : this.#listener.close(),
    ).catch((error: unknown) =>
      console.error(`${this.name} cannot listen on port ${this.port} again`, error),
    );
  }

  /** Opens or closes the listener when what was asked before is done; a host that closes asks for nothing more. */
  #afterListening(change: () => Promise<void>): Promise<void> {
    const turn = this.#takeTurn(this.#listening, change);
    // Whoever asked hears of a failure; the next turn goes on without it.
    this.#listening = turn.catch(() => undefined);
    return turn;
  }

  async #takeTurn(previous: Promise<void>, change: () => Promise<void>): Promise<void> {
    await previous;
    if (!this.#closed) await change();
  }

  get #quotas(): Quotas {
    return { ...DEFAULT_QUOTAS, ...this.#parts.options.quotas };
  }

  #now(): Date {
    return new Date(Date.now() + this.backend.model.clockOffsetSeconds * 1000);
  }

  #createListener(): Listener {
    const endpoint = this.#createEndpoint();
    return new Listener({
      address: this.address,
      port: this.#parts.options.port ?? 0,
      certificate: this.#parts.certificate,
      onRequest: (request, response, connection) => {
        endpoint.handle(request, response, connection).catch((error: unknown) => {
          // A fault of the simulation itself: one request must not take the other hosts of the process with it.
          console.error(`${this.name}: the simulated host failed`, error);
          connection.tcp.destroy();
        });
      },
    });
  }

  #createEndpoint(): WinrmEndpoint {
    const { options } = this.#parts;
    const accounts = new Accounts(this.name, options.accounts);
    return new WinrmEndpoint({
      machine: this.name,
      authenticator: this.#createAuthenticator(accounts),
      service: this.#service,
      misbehaviours: this.#misbehaviours,
      log: this.#log,
      ownerOf: (account) => accounts.qualifiedName(account),
      now: () => this.#now(),
      takesClearText: this.transport === 'https' || options.allowUnencrypted === true,
      maxEnvelopeBytes: this.#quotas.maxEnvelopeSizeKb * 1024,
    });
  }

  #createAuthenticator(accounts: Accounts): Authenticator {
    const { options, certificate } = this.#parts;
    return new Authenticator({
      basic: this.transport === 'https' && (options.basic ?? true),
      ntlm: {
        computerName: this.name,
        accounts,
        cbtHardeningLevel: options.cbtHardeningLevel ?? 'Relaxed',
        channelBinding: certificate === null ? null : channelBindingToken(certificate.der, certificate.hash),
        filetime: () => filetimeOf(this.#now()),
      },
    });
  }
}
