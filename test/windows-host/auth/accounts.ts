/** An account that may log on to a simulated host. */
export interface HostAccount {
  readonly user: string;
  readonly password: string;
  /** False: the logon succeeds, but the shell is refused with fault 5. Default true. */
  readonly administrator?: boolean;
}

/** The local accounts of one host. Names are compared without regard to case. */
export class Accounts {
  readonly #computer: string;
  readonly #byName: ReadonlyMap<string, HostAccount>;

  constructor(computer: string, accounts: readonly HostAccount[]) {
    this.#computer = computer;
    this.#byName = new Map(accounts.map((account) => [account.user.toLowerCase(), account]));
  }

  /** The account of this name, whatever the domain: a workgroup machine maps unknown domains to its own accounts. */
  find(user: string): HostAccount | null {
    return this.#byName.get(user.toLowerCase()) ?? null;
  }

  /** `PC-0001\Administrator`, how Windows names a local account. */
  qualifiedName(account: HostAccount): string {
    return `${this.#computer}\\${account.user}`;
  }
}
