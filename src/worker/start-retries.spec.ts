import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../shared/clock.js';
import { AuthenticationError, FaultError, TransportError } from '../winrm/index.js';
import { StartRetries } from './start-retries.js';

const FIELDS = { phase: 'connect', sent: 'no', hint: '' } as const;
const transport = (code: TransportError['code']) => new TransportError(code, 'It failed', FIELDS);
const quota = (faultCode = 2150859173) =>
  new FaultError({ faultCode, subcode: 'QuotaLimit', text: 'Too many shells' }, 'create');
const noJitter = () => 1;

describe('a failure before the start', () => {
  it.each([2150859173, 2150859174])('of quota %d is waited out four times, ever longer', (code) => {
    const retries = new StartRetries(new ManualClock());

    const waits = [1, 2, 3, 4, 5].map(() => retries.waitAfter(quota(code)));

    expect(waits).toEqual([5_000, 10_000, 15_000, 20_000, null]);
  });

  it.each(['connect-timeout', 'timed-out', 'host-unreachable', 'connection-reset'] as const)(
    'of the kind %s is tried again',
    (code) => {
      expect(new StartRetries(new ManualClock(), noJitter).waitAfter(transport(code))).toBe(1_000);
    },
  );

  it.each([
    'connection-refused',
    'dns-not-found',
    'tls-untrusted',
    'tls-fingerprint-mismatch',
    'tls-failed',
  ] as const)('of the kind %s stands', (code) => {
    expect(new StartRetries(new ManualClock()).waitAfter(transport(code))).toBeNull();
  });

  it('of a refused logon stands: another try could lock the account', () => {
    const refused = new AuthenticationError('bad-credentials', 'Refused', { ...FIELDS, sent: 'yes' });

    expect(new StartRetries(new ManualClock()).waitAfter(refused)).toBeNull();
  });

  it('of a fault that is no quota stands', () => {
    const denied = new FaultError({ faultCode: 5, subcode: 'AccessDenied', text: '' }, 'create');

    expect(new StartRetries(new ManualClock()).waitAfter(denied)).toBeNull();
  });

  it('of the transport is given up when the next attempt would begin after 20 s', () => {
    const clock = new ManualClock();
    const retries = new StartRetries(clock, noJitter);
    const waits = [];

    for (let wait: number | null = 0; wait !== null;) {
      wait = retries.waitAfter(transport('connection-reset'));
      waits.push(wait);
      clock.advanceMs(wait ?? 0);
    }

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, null]);
  });

  it('counts the time that the attempts took', () => {
    const clock = new ManualClock();
    const retries = new StartRetries(clock, noJitter);
    retries.waitAfter(transport('connect-timeout'));

    clock.advanceMs(19_000);

    expect(retries.waitAfter(transport('connect-timeout'))).toBeNull();
  });

  it('is waited for with jitter', () => {
    const wait = (random: number) =>
      new StartRetries(new ManualClock(), () => random).waitAfter(transport('connection-reset'));

    expect([wait(0), wait(0.5), wait(1)]).toEqual([500, 750, 1_000]);
  });
});
