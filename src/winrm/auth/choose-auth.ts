import { channelBindingsOf, NtlmInitiator, splitUserName } from '../../ntlm/index.js';
import type { TlsOptions } from '../transport/open-socket.js';
import { authenticationError, withNtlmErrors } from './auth-errors.js';
import type { AuthProvider } from './auth-provider.js';
import { BasicAuth } from './basic.js';
import { NegotiateAuth } from './negotiate.js';

/** Makes the provider of a new connection from the certificate that its server showed. */
export type AuthProviderFactory = (peerCertificate: Buffer | undefined) => AuthProvider;

/** Who logs on, and by which mechanism. */
export interface AuthOptions {
  readonly host: string;
  /** Undefined: plain HTTP. */
  readonly tls: TlsOptions | undefined;
  readonly authentication: 'negotiate' | 'basic';
  readonly username: string;
  readonly password: { reveal(): string };
}

/**
 * The mechanism for these options. Throws AuthenticationError before anything is sent when Basic would show the
 * password to an unverified server, or the user name cannot be split.
 */
export const chooseAuth = (options: AuthOptions): AuthProviderFactory =>
  options.authentication === 'basic' ? basic(options) : negotiate(options);

const basic = ({ tls, username, password }: AuthOptions): AuthProviderFactory => {
  if (!tls || tls.verify === 'none') {
    throw authenticationError(
      'basic-needs-verified-tls',
      'Basic would show the password to whoever answers',
      {
        phase: 'authenticate',
        sent: 'no',
      },
    );
  }
  return () => new BasicAuth(username, password);
};

const negotiate = ({ host, tls, username, password }: AuthOptions): AuthProviderFactory => {
  const account = withNtlmErrors('authenticate', () => splitUserName(username));
  return (peerCertificate) => {
    const channelBindings =
      peerCertificate && withNtlmErrors('authenticate', () => channelBindingsOf(peerCertificate));
    const initiator = new NtlmInitiator({
      ...account,
      password,
      channelBindings,
      targetName: `host/${host}`,
    });
    return new NegotiateAuth(initiator, { sealing: tls === undefined });
  };
};
