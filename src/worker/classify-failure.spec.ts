import { describe, expect, it } from '@jest/globals';
import {
  AuthenticationError,
  FaultError,
  HttpStatusError,
  ProtocolError,
  TransportError,
  type WinrmErrorFields,
} from '../winrm/errors.js';
import { classifyFailure } from './classify-failure.js';

const FIELDS: WinrmErrorFields = { phase: 'connect', sent: 'no', hint: 'look there' };
const fault = (faultCode: number | null, subcode = '') =>
  new FaultError({ faultCode, subcode, text: 'no' }, 'create');

describe('classifyFailure', () => {
  it.each([
    ['dns-not-found', 'unreachable', 'name-not-found'],
    ['connection-refused', 'unreachable', 'connection-refused'],
    ['connect-timeout', 'unreachable', 'connect-timed-out'],
    ['timed-out', 'unreachable', 'connect-timed-out'],
    ['host-unreachable', 'unreachable', 'host-unreachable'],
    ['connection-reset', 'unreachable', 'connection-lost'],
    ['tls-untrusted', 'blocked', 'tls-untrusted'],
    ['tls-fingerprint-mismatch', 'blocked', 'tls-fingerprint-mismatch'],
    ['tls-failed', 'blocked', 'tls-failed'],
  ] as const)('ends a run whose transport says %s as %s, %s', (code, outcome, failureReason) => {
    expect(classifyFailure(new TransportError(code, 'no', FIELDS))).toMatchObject({ outcome, failureReason });
  });

  it.each([
    ['bad-credentials', 'blocked', 'wrong-password'],
    ['bad-user-name', 'blocked', 'wrong-password'],
    ['mechanism-not-offered', 'blocked', 'authentication-not-offered'],
    ['clear-text-refused', 'blocked', 'clear-text-refused'],
    ['basic-needs-verified-tls', 'blocked', 'clear-text-refused'],
    ['downgrade', 'blocked', 'protocol-error'],
    ['bad-challenge', 'blocked', 'protocol-error'],
    ['bad-seal', 'blocked', 'protocol-error'],
    ['seal-refused', 'blocked', 'protocol-error'],
    ['authentication-lost', 'unreachable', 'connection-lost'],
  ] as const)('ends a run whose logon says %s as %s, %s', (code, outcome, failureReason) => {
    expect(classifyFailure(new AuthenticationError(code, 'no', FIELDS))).toMatchObject({
      outcome,
      failureReason,
    });
  });

  it.each([
    ['error 5', fault(5), 'access-denied'],
    ['the subcode AccessDenied', fault(null, 'AccessDenied'), 'access-denied'],
    ['MaxShellsPerUser', fault(2150859173), 'quota-exceeded'],
    ['MaxConcurrentOperations', fault(2150859174), 'quota-exceeded'],
    ['an unknown fault', fault(2150858999), 'protocol-error'],
    ['a fault without code', fault(null), 'protocol-error'],
    ['HTTP 403', new HttpStatusError(403, 'no', FIELDS), 'access-denied'],
    ['HTTP 503', new HttpStatusError(503, 'no', FIELDS), 'quota-exceeded'],
    ['HTTP 404', new HttpStatusError(404, 'no', FIELDS), 'winrm-not-enabled'],
    ['a body that is too large', new ProtocolError('response-too-large', 'no', FIELDS), 'protocol-error'],
    ['a body that is no SOAP', new ProtocolError('malformed-response', 'no', FIELDS), 'protocol-error'],
    ['another answer', new ProtocolError('unexpected-response', 'no', FIELDS), 'protocol-error'],
  ])('blocks a run at %s as %3$s', (_, error, failureReason) => {
    expect(classifyFailure(error)).toMatchObject({ outcome: 'blocked', failureReason });
  });

  it('says what was being done', () => {
    expect(classifyFailure(new TransportError('tls-failed', 'No TLS', FIELDS))?.failureDetail).toBe(
      'No TLS (while: connect)',
    );
  });

  it.each([new Error('ours'), new TypeError('ours'), 'text', undefined])(
    'leaves %p alone: it is ours',
    (error) => {
      expect(classifyFailure(error)).toBeUndefined();
    },
  );
});
