import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type ShimHandler, ShimFault } from './shim-requests.js';

/** A share and what lies in it. */
export interface FileShare {
  /** Accounts of the host itself; with none, the path appears only while a connection exists. */
  readonly readers?: readonly string[];
  /** Passwords by the user names that a connection may be made with. */
  readonly logons?: Readonly<Record<string, string>>;
  readonly conflict?: boolean;
  readonly files: Readonly<Record<string, string>>;
}

/** HRESULTs of winerror.h: bad network path, logon failure, session credential conflict. */
const FAULTS = { badPath: 0x8007_0035, logonFailure: 0x8007_052e, conflict: 0x8007_04c3 } as const;

const connectSchema = z.looseObject({ root: z.string(), username: z.string(), sha256: z.string() });
const disconnectSchema = z.looseObject({ root: z.string() });

/**
 * File servers for a host under Wine, which finds `\\server\share` below `dosdevices/unc`. Wine knows no accounts: a
 * share that needs a connection is there for every program while one exists, and for none otherwise.
 */
export class FileShares {
  readonly #shares = new Map<string, FileShare>();
  readonly #connected: string[] = [];

  constructor(private readonly prefix: string) {}

  get connections(): readonly string[] {
    return this.#connected;
  }

  readonly handlers: ReadonlyMap<string, ShimHandler> = new Map<string, ShimHandler>([
    ['share.connect', (request) => this.#connect(connectSchema.parse(request))],
    ['share.disconnect', (request) => this.#disconnect(disconnectSchema.parse(request).root)],
  ]);

  /** Sets a share up, or anew. */
  set(root: string, share: FileShare): void {
    this.#shares.set(root.toLowerCase(), share);
    const folder = join(this.prefix, 'shares', ...namesOf(root));
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(share.files)) writeFileSync(join(folder, name), text, 'latin1');
    if ((share.readers ?? []).length > 0) this.#show(root);
  }

  #connect({ root, username, sha256 }: z.infer<typeof connectSchema>): void {
    const share = this.#shares.get(root.toLowerCase());
    if (share === undefined) throw new ShimFault(FAULTS.badPath, 'The network path was not found');
    if (share.conflict === true)
      throw new ShimFault(
        FAULTS.conflict,
        'Multiple connections to a server or shared resource by the same user',
      );
    const password = share.logons?.[username];
    if (password === undefined || sha256Of(password) !== sha256.toLowerCase())
      throw new ShimFault(FAULTS.logonFailure, 'The user name or password is incorrect');
    this.#connected.push(root);
    this.#show(root);
  }

  #disconnect(root: string): void {
    const index = this.#connected.indexOf(root);
    if (index >= 0) this.#connected.splice(index, 1);
    rmSync(this.#linkOf(root), { force: true });
  }

  #show(root: string): void {
    const link = this.#linkOf(root);
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(join('/prefix/shares', ...namesOf(root)), link);
  }

  #linkOf(root: string): string {
    return join(this.prefix, 'dosdevices', 'unc', ...namesOf(root));
  }
}

function namesOf(root: string): string[] {
  return root.split('\\').filter((name) => name !== '');
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
