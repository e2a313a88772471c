import type { ApiKeyId } from '../../shared/ids.js';
import type { Role } from './roles.js';

/** Who asks: the API key that a request was authenticated by, itself or through a browser's session. */
export interface Caller {
  readonly keyId: ApiKeyId;
  /** The key's name, for logs and records. */
  readonly keyName: string;
  readonly owner: string;
  readonly role: Role;
  readonly via: 'key' | 'session';
}

/** How records name a caller: `alice (key ci-server)`. */
export function nameOf(caller: Caller): string {
  return `${caller.owner} (key ${caller.keyName})`;
}
