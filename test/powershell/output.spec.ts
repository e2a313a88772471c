import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { PlanStep } from '../../src/packages/domain/execution-plan.js';
import type { OperationLog } from '../contract/operations/operation-log.js';
import { aLine, aPlan } from '../contract/operations/plans.js';
import { RunUnderTest } from '../contract/operations/run-under-test.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(600_000);

const TARGET = 'C:\\sim\\target.exe';
const CODE_PAGES = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const NUMBERS = Array.from({ length: 60 }, (_, index) => index);
const BOTH_STREAMS = NUMBERS.map((number) => `--out o${number} --err e${number}`).join(' ');

/** A step that prints these bytes. */
function aPrint(bytes: Buffer, overrides: Partial<PlanStep> = {}): PlanStep {
  return aLine(`${TARGET} --hex ${bytes.toString('hex')}`, overrides);
}

/** One run for most of the tests, each of which looks at its own step; the code page is 437. */
const STEPS = {
  utf8: aPrint(Buffer.from('Größe €☃')),
  utf8Mark: aPrint(Buffer.from('\uFEFFGröße €☃')),
  utf16Mark: aPrint(Buffer.from('\uFEFFGröße €☃', 'utf16le')),
  utf16: aPrint(Buffer.from('Installed: Größe', 'utf16le')),
  utf16Wanted: aPrint(Buffer.from('Размер', 'utf16le'), { outputEncoding: 'utf-16' }),
  oem: aPrint(Buffer.from('477294e165', 'hex')),
  oemWanted: aPrint(Buffer.from('c3a9', 'hex'), { outputEncoding: 'oem' }),
  binary: aPrint(EVERY_BYTE),
  order: aLine(`${TARGET} ${BOTH_STREAMS}`),
  orphan: aLine(`start /b ${TARGET} --sleep 600000& echo left`),
  megabyte: aLine(`${TARGET} --fill 1048576`),
  flood: aLine(`${TARGET} --fill 12000000& exit 3010`),
} as const satisfies Record<string, PlanStep>;

const indexOf = (name: keyof typeof STEPS): number => Object.keys(STEPS).indexOf(name);

describe('output of real programs', () => {
  let host: EngineHost;
  let log: OperationLog;
  const printed = (name: keyof typeof STEPS, stream?: 'stderr'): string => log.output(stream, indexOf(name));
  const setOemCodePage = (codePage: number): void =>
    host.backend.patchModel({ registry: { [CODE_PAGES]: { OEMCP: String(codePage) } } });
  beforeAll(async () => {
    host = await engineHost();
    setOemCodePage(437);
    const plan = aPlan(Object.values(STEPS), { outputLimitBytes: 10_485_760 });
    log = await new RunUnderTest(host, plan).start().finished();
  });
  afterAll(() => host.close());

  it.each([
    ['UTF-8', 'utf8'],
    ['UTF-8 with a byte order mark', 'utf8Mark'],
    ['UTF-16 with a byte order mark', 'utf16Mark'],
  ] as const)('is recognised as %s', (_name, step) => {
    expect(printed(step)).toBe('Größe €☃');
  });

  it('is recognised as UTF-16 without a mark when the text is mostly Latin', () => {
    expect(printed('utf16')).toBe('Installed: Größe');
  });

  it('is read as UTF-16 or OEM when the step says so', () => {
    expect(printed('utf16Wanted')).toBe('Размер');
    expect(printed('oemWanted')).toBe('├⌐');
  });

  it('that is not UTF-8 is read in the code page 437 of the computer', () => {
    expect(printed('oem')).toBe('Gr\u00f6\u00dfe');
  });

  it('that is not UTF-8 is read in the code page 850 of the computer', async () => {
    setOemCodePage(850);

    const ours = await new RunUnderTest(host, aPlan([aPrint(Buffer.from('b5e5', 'hex'))])).start().finished();

    expect(ours.output()).toBe('\u00c1\u00d5');
  });

  it('may be anything: binary output does not break the journal', () => {
    expect(log.stepEnd(indexOf('binary')).verdict).toBe('success');
    expect(printed('binary')).toHaveLength(256);
    expect(printed('binary')).toContain('ABCDEF');
  });

  it('keeps a line of a megabyte whole', () => {
    expect(printed('megabyte')).toBe('x'.repeat(1_048_576));
    expect(log.stepEnd(indexOf('megabyte'))).toMatchObject({
      outputBytes: 1_048_576,
      outputTruncated: false,
    });
  });

  it('is cut after 10 MB, with a mark, and the step goes on', () => {
    const text = printed('flood');

    expect(text.slice(0, 10_485_760)).toBe('x'.repeat(10_485_760));
    expect(text.slice(10_485_760)).toBe('\n[output truncated by Winch after 10485760 bytes]\n');
    expect(log.stepEnd(indexOf('flood'))).toMatchObject({ returnCode: 3010, outputTruncated: true });
  });

  it('keeps the order within each stream', () => {
    expect(printed('order').trim().split(/\s+/)).toEqual(NUMBERS.map((number) => `o${number}`));
    expect(printed('order', 'stderr').trim().split(/\s+/)).toEqual(NUMBERS.map((number) => `e${number}`));
  });

  it('does not hold the run when a program left running keeps the file open', async () => {
    expect(printed('orphan').trim()).toBe('left');
    expect(log.event('run.completed').outcome).toBe('succeeded-reboot-required');
    expect((await host.processes()).map(({ commandLine }) => commandLine)).toContainEqual(
      expect.stringContaining('--sleep 600000'),
    );
  });
});
