/** Every credential of the job was refused on this target a short while ago: none may be tried yet. */
export class LogonHeldBackError extends Error {
  override readonly name = 'LogonHeldBackError';

  /** @param until the instant from which the first of them may be tried again */
  constructor(readonly until: string) {
    super(
      `Every credential was refused here a short while ago, and another try could lock the account: not before ${until}`,
    );
  }
}
