import { connectError } from './connect-errors.js';

const failure = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

describe('connectError', () => {
  it.each([
    ['ENOTFOUND', 'connect', 'dns-not-found', 'resolve'],
    ['EAI_AGAIN', 'connect', 'dns-not-found', 'resolve'],
    ['ECONNREFUSED', 'connect', 'connection-refused', 'connect'],
    ['ETIMEDOUT', 'connect', 'connect-timeout', 'connect'],
    ['EHOSTUNREACH', 'connect', 'host-unreachable', 'connect'],
    ['ENETUNREACH', 'connect', 'host-unreachable', 'connect'],
    ['ECONNRESET', 'connect', 'connection-reset', 'connect'],
    ['EMFILE', 'connect', 'host-unreachable', 'connect'],
    ['ECONNRESET', 'tls', 'tls-failed', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'tls-untrusted', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls', 'tls-untrusted', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'tls-untrusted', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'tls-untrusted', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'tls-failed', 'tls'],
  ] as const)('reports %s while %s as %s', (systemCode, during, code, phase) => {
    const error = connectError(failure(systemCode), 'web01:5985', during);

    expect(error).toMatchObject({ code, phase, sent: 'no', message: expect.stringContaining('web01:5985') });
  });

  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'what answers on this port does not speak TLS'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'the host offers no TLS version that is still safe'],
    ['ECONNRESET', 'the host closed the connection in the middle of the handshake'],
    ['ERR_SSL_SOMETHING_NEW', 'OpenSSL gave up with ERR_SSL_SOMETHING_NEW'],
  ])('says %s in words, not as OpenSSL prints it', (code, words) => {
    const raw = 'C0A7:error:0A00010B:SSL routines:ssl3_get_record:ssl/record/ssl3_record.c:354:';
    const error = connectError(Object.assign(new Error(raw), { code }), 'web01:5986', 'tls');

    expect(error.message).toBe(`Could not connect to web01:5986: TLS could not be set up: ${words}`);
  });

  it('reports several addresses by the first of their failures', () => {
    const error = new AggregateError([failure('ECONNREFUSED'), failure('EHOSTUNREACH')]);

    expect(connectError(error, 'web01:5985', 'connect').code).toBe('connection-refused');
  });
});
