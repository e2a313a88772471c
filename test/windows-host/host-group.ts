import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliOptions } from './cli-options.js';
import { ControlServer } from './control/control-server.js';
import { createAuthority, createHostCertificate, type CertificateAuthority } from './http/certificate.js';
import type { HostBackend } from './engine/backend.js';
import { createPowershellBackend } from './engine/powershell/backend.js';
import { startWindowsHost, type WindowsHost } from './host.js';
import { createStandInBackend } from './stand-in/backend.js';

/** What is printed of a host, for whoever connects to it. */
export interface HostLine {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly transport: string;
  readonly user: string;
  readonly password: string;
  readonly control: string;
  readonly caFile?: string;
  readonly fingerprint?: string;
}

interface Authority {
  readonly authority: CertificateAuthority;
  readonly folder: string;
  readonly caFile: string;
}

/** Hosts that one process serves, with one control server and, over https, one authority. */
export class HostGroup {
  readonly #hosts: WindowsHost[] = [];
  readonly lines: HostLine[] = [];

  private constructor(
    private readonly options: CliOptions,
    private readonly control: ControlServer,
    private readonly authority: Authority | null,
  ) {}

  /** Starts all of them, or none: a port that is taken ends the ones that already listen. */
  static async start(options: CliOptions): Promise<HostGroup> {
    const authority = options.transport === 'https' ? await createAuthorityFile() : null;
    const group = new HostGroup(options, await ControlServer.start(), authority);
    try {
      for (let index = 0; index < options.count; index++) await group.#startHost(index);
      return group;
    } catch (error) {
      await group.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
    await this.control.close();
    if (this.authority !== null) await rm(this.authority.folder, { recursive: true, force: true });
  }

  async #startHost(index: number): Promise<void> {
    const { address, transport, user } = this.options;
    const name = `PC-${String(index + 1).padStart(4, '0')}`;
    const password = this.options.password ?? randomPassword();
    const host = await startWindowsHost({
      name,
      address,
      transport,
      port: this.options.port === 0 ? 0 : this.options.port + index,
      accounts: [{ user, password }],
      backend: await this.#createBackend(name),
      control: this.control,
      ...(await this.#certificateFor(name)),
    });
    this.#hosts.push(host);
    this.lines.push({
      name,
      address,
      port: host.port,
      transport,
      user,
      password,
      control: host.controlUrl,
      ...this.#trustOf(host),
    });
  }

  async #createBackend(name: string): Promise<HostBackend> {
    const { engine, user } = this.options;
    const options = { name, users: [user], performFinalAction: true, rebootDurationMs: 5000 };
    return engine === 'powershell' ? createPowershellBackend(options) : createStandInBackend(options);
  }

  async #certificateFor(
    name: string,
  ): Promise<{ certificate?: Awaited<ReturnType<typeof createHostCertificate>> }> {
    if (this.authority === null) return {};
    const names = [name, 'localhost', this.options.address] as const;
    return { certificate: await createHostCertificate(this.authority.authority, [...names]) };
  }

  #trustOf(host: WindowsHost): Pick<HostLine, 'caFile' | 'fingerprint'> {
    if (this.authority === null || host.fingerprint === null) return {};
    return { caFile: this.authority.caFile, fingerprint: host.fingerprint };
  }
}

async function createAuthorityFile(): Promise<Authority> {
  const authority = await createAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'windows-host-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.certificate);
  return { authority, folder, caFile };
}

/** Random, and of the three kinds of characters that Windows asks for. */
function randomPassword(): string {
  return `Aa1-${randomBytes(12).toString('base64url')}`;
}
