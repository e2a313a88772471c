import {
  asksForReboot,
  asksForRetry,
  computeJump,
  computeNext,
  computeVerdict,
  signedCode,
  startsReboot,
  type StepVerdict,
} from './verdict.js';
import type { PlanStep } from './execution-plan.js';

const step: PlanStep = {
  index: 0,
  name: 'A',
  type: 'command',
  enabled: true,
  launch: { form: 'line', commandLine: 'x' },
  detect: null,
  successCodes: [0, 1641, 3010],
  softRebootCodes: [3010],
  hardRebootCodes: [1641],
  retryCodes: [1618],
  timeoutSeconds: null,
  outputEncoding: 'auto',
  onSuccess: 1,
  onFailure: 'stop-failure',
};

describe('computeVerdict', () => {
  it.each([
    [0, 'success'],
    [3010, 'success'],
    [1641, 'success'],
    [1618, 'failure'],
    [4294967295, 'failure'],
    [null, 'failure'],
  ])('of %s is %s', (code, expected) => {
    expect(computeVerdict(step, code)).toBe(expected);
  });
});

describe('what a code asks for', () => {
  it.each([
    [1618, { retry: true, reboot: false, down: false }],
    [3010, { retry: false, reboot: true, down: false }],
    [1641, { retry: false, reboot: true, down: true }],
    [0, { retry: false, reboot: false, down: false }],
    [null, { retry: false, reboot: false, down: false }],
  ])('%s', (code, { retry, reboot, down }) => {
    expect(asksForRetry(step, code)).toBe(retry);
    expect(asksForReboot(step, code)).toBe(reboot);
    expect(startsReboot(step, code)).toBe(down);
  });

  it('is no retry when the code is a success code too', () => {
    expect(asksForRetry({ ...step, successCodes: [0, 1618] }, 1618)).toBe(false);
  });
});

describe('computeJump', () => {
  it.each<[StepVerdict, number | string | null]>([
    ['success', 1],
    ['failure', 'stop-failure'],
    ['timed-out', 'stop-failure'],
    ['cancelled', null],
  ])('after %s goes to %s', (verdict, expected) => {
    expect(computeJump(step, verdict)).toBe(expected);
  });
});

describe('computeNext', () => {
  it('starts no further step after a hard-reboot code', () => {
    expect(computeNext(step, 'success', 1641)).toBeNull();
    expect(computeNext(step, 'success', 3010)).toBe(1);
  });

  it('still ends where the plan ends after a hard-reboot code', () => {
    expect(computeNext({ ...step, onSuccess: 'stop-success' }, 'success', 1641)).toBe('stop-success');
    expect(computeNext({ ...step, successCodes: [0] }, 'failure', 1641)).toBe('stop-failure');
  });
});

describe('signedCode', () => {
  it.each([
    [0, 0],
    [3010, 3010],
    [2147483647, 2147483647],
    [2147483648, -2147483648],
    [3221225477, -1073741819],
    [4294967295, -1],
  ])('of %s is %s', (unsigned, expected) => {
    expect(signedCode(unsigned)).toBe(expected);
  });
});
