import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

let winch: Winch;

beforeAll(async () => {
  winch = await Winch.start();
  await winch.addPackage(aPackage('Print').withStep(aCommand('Print', 'print.exe')));
});

afterAll(() => winch.close());

async function printOn(asset: string, output: readonly string[]): Promise<string> {
  await winch.addHost(asset, { patch: { programs: { 'print.exe': { output: [...output] } } } });
  const deployment = await winch.client.deploy({ package: 'Print', targets: { assets: [asset] } });
  return (await winch.client.onlyRun(deployment.id)).id;
}

describe('the output of a step', () => {
  it.each([
    ['PC-LETTERS', 'Grüße, 日本語, \u{1F600}', 400],
    // Each of these takes six bytes in JSON: far more on the wire than in memory.
    ['PC-CONTROL', '\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u000e'.repeat(4), 1_000],
    ['PC-QUOTES', '"\\"\\"\\"\\"\\"\\"\\"\\', 2_000],
  ])('arrives whole from %s, 1 MB of it', async (asset, piece, repeats) => {
    const line = piece.repeat(repeats);
    const count = Math.round(1_000_000 / Buffer.byteLength(line));
    const output = Array.from({ length: count }, (_, index) => `${index} ${line}`);

    const runId = await printOn(asset, output);

    expect((await winch.client.settled(runId, { timeoutMs: 40_000 })).outcome).toBe('succeeded');
    const kept = await winch.client.output(runId);
    expect(kept.length).toBe(output.join('\r\n').length + 2);
    expect(kept === `${output.join('\r\n')}\r\n`).toBe(true);
  });
});
