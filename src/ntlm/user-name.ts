import { NtlmError } from './errors.js';

/** An account as the AUTHENTICATE message names it. */
export interface NtlmAccount {
  readonly user: string;
  /** Empty for a local account, and for a user principal name, which carries its realm in `user`. */
  readonly domain: string;
}

/**
 * Splits a user name as administrators type it: `DOMAIN\user`, `HOST\user`, `.\user` (local), `user@realm`
 * (kept whole: the server resolves it) or `user` (local). Throws NtlmError `bad-user-name` without a user part.
 */
export const splitUserName = (name: string): NtlmAccount => {
  const backslash = name.indexOf('\\');
  const user = name.slice(backslash + 1);
  const domain = backslash < 0 ? '' : name.slice(0, backslash);
  if (user === '') throw new NtlmError('bad-user-name', `The user name "${name}" has no user part`);
  return { user, domain: domain === '.' ? '' : domain };
};
