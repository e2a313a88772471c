import type { DeploymentPackage } from '../../../src/packages/domain/deployment-package.js';
import { aCommand, aKillProcess, anInstaller, anUninstaller, aPackage, aScript } from './package.js';

/** Numbers from 0 up to, without, a bound; the same ones for the same seed (a linear congruential generator). */
export type Random = (below: number) => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** What YAML writers stumble over: quotation marks, indicators, numbers, blanks, line ends, words with a meaning. */
const PIECES = [
  'a', ' ', '  ', '\n', '\n\n', '\t', ': ', ' #', '- ', '"', "'", '\\', '%X%', '{{', '[', ']', '*', '&', '!', '|', '>', '@', '`',
  'null', 'true', 'yes', '~', '0x1F', '1e3', '007', '.5', '2026-01-01', '---', '...', '\u00e4', '\u65e5', '\ud83d\ude00', '\u00a0', '=',
]; // prettier-ignore

export function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[random(items.length)] ?? items[0];
}

function text(random: Random, refused = /$^/): string {
  const pieces = Array.from({ length: random(12) }, () => PIECES[random(PIECES.length)] ?? '');
  return pieces.filter((piece) => !refused.test(piece)).join('');
}

const LINE_ENDS = /[\n\t]/;

function codes(random: Random): number[] {
  return Array.from({ length: 1 + random(4) }, () => random(0x1_0000_0000));
}

function stepFields(random: Random): Record<string, unknown> {
  return {
    enabled: random(2) === 0,
    successCodes: codes(random),
    softRebootCodes: random(2) === 0 ? [] : codes(random),
    timeoutSeconds: random(2) === 0 ? null : 1 + random(600_000),
    outputEncoding: pick(random, ['auto', 'oem', 'utf-8', 'utf-16']),
    onSuccess: pick<unknown>(random, ['next', 'stop-success', 'stop-failure', { step: 'n' }]),
    onFailure: pick<unknown>(random, ['next', { step: 'N' }]),
  };
}

/** A package without faults and with as many odd texts as one can hold. */
export function randomPackage(random: Random): DeploymentPackage {
  const line = () => text(random, LINE_ENDS);
  const message = line().replace(/"|\\+$/g, '');
  return aPackage(`n${line()}`)
    .with({ description: text(random), rescan: random(2) === 0, maxDurationSeconds: 1 + random(600_000) })
    .with({
      finalAction: { action: 'reboot', waitSeconds: random(999), message: message.replace(/\\+$/, '') },
    })
    .withParameter('CHOICE', { enum: [line(), `x${line()}`], default: null })
    .withParameter('FREE', { default: 'a b' })
    .withParameter('TOKEN', { secret: true, pattern: '[^"]+' })
    .withStep(aCommand('n', `x${text(random)}`, stepFields(random)))
    .withStep(
      anInstaller(`i${line()}`, 'C:\\\u00e4 b\\x.msi', {
        ...stepFields(random),
        parameters: line(),
        properties: { A: line(), B_1: line() },
        transforms: ['C:\\a.mst', ':b'],
        patches: ['C:\\c.msp'],
        waitForChildren: random(2) === 0,
      }),
    )
    .withStep(aKillProcess(`k${line()}`, ['a.exe', 'b c*'], { ...stepFields(random), pid: 5 + random(99) }))
    .withStep(anUninstaller(`u${line()}`, { ...stepFields(random), productName: `abc${line()}` }))
    .withStep(
      anUninstaller(`v${line()}`, {
        ...stepFields(random),
        productCodes: ['{00000001-1111-4222-8333-444444444444}'],
        parameters: line(),
      }),
    )
    .withStep(
      aScript(`s${line()}`, 'C:\\x.ps1', {
        ...stepFields(random),
        arguments: line(),
        interpreter: 'C:\\pwsh.exe',
      }),
    )
    .build();
}
