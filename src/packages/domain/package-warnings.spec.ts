import { aCommand, anInstaller } from '../../../test/harness/builders/package.js';
import { parsePackageFile } from './package-file.js';

/** `pointer code` of every warning, in order. */
function warningsOf(input: unknown): string[] {
  const result = parsePackageFile(input);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.warnings.map(({ pointer, code }) => `${pointer} ${code}`);
}

const minimal = { name: 'P', steps: [aCommand('A')] };
const withStep = (fields: object) => ({ ...minimal, steps: [aCommand('A', 'echo', { ...fields })] });
const withParameter = (...parameters: object[]) => ({ ...minimal, parameters });

describe('parsePackageFile warns', () => {
  it('not at all about an ordinary package', () => {
    expect(warningsOf(minimal)).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    [
      'a step that nothing leads to',
      { name: 'P', steps: [aCommand('A', 'x', { onSuccess: 'stop-success' }), aCommand('B')] },
      ['/steps/1 unreachable-step'],
    ],
    ['a step that repeats itself', withStep({ onFailure: { step: 'A' } }), ['/steps/0 endless-loop']],
    [
      'steps that only lead round',
      {
        name: 'P',
        steps: [aCommand('A'), aCommand('B', 'x', { onSuccess: { step: 'A' }, onFailure: { step: 'A' } })],
      },
      ['/steps/0 endless-loop'],
    ],
    ['only disabled steps', withStep({ enabled: false }), ['/steps no-enabled-step']],
    [
      'a short wait before a reboot',
      { ...minimal, finalAction: { action: 'reboot', waitSeconds: 5 } },
      ['/finalAction/waitSeconds final-action-wait-raised'],
    ],
    ['a parameter without use', withParameter({ name: 'UNUSED' }), ['/parameters/0 parameter-not-used']],
    [
      'a retry code that is a success code',
      withStep({ successCodes: [0, 1618] }),
      ['/steps/0/retryCodes retry-code-is-success'],
    ],
    [
      'a time-out beyond the maximum',
      { ...withStep({ timeoutSeconds: 60 }), maxDurationSeconds: 60 },
      ['/steps/0/timeoutSeconds timeout-exceeds-maximum'],
    ],
    [
      'a window that nobody can answer',
      { name: 'P', steps: [anInstaller('A', 'C:\\a.msi', { parameters: '/qf' })] },
      ['/steps/0/parameters installer-not-silent'],
    ],
    [
      'a reboot code that is no success',
      withStep({ hardRebootCodes: [7] }),
      ['/steps/0/hardRebootCodes reboot-code-not-success'],
    ],
  ])('about %s', (_what, input, expected) => {
    expect(warningsOf(input)).toEqual(expected);
  });

  it('nothing about default reboot codes when only 0 is success, nor about secrets without use', () => {
    expect(
      warningsOf({ ...withStep({ successCodes: [0] }), parameters: [{ name: 'TOKEN', secret: true }] }),
    ).toEqual([]);
  });

  it('whether a loop has a way out', () => {
    const result = parsePackageFile(withStep({ onFailure: { step: 'A' } }));

    expect(result.warnings[0]?.detail).toBe(
      'These steps repeat as long as their results lead round, at most until the maximum duration: A',
    );
  });
});
