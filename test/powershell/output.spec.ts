import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { ExecutionPlan, PlanStep } from '../../src/packages/domain/execution-plan.js';
import type { OperationLog } from '../contract/operations/operation-log.js';
import { aLine, aPlan } from '../contract/operations/plans.js';
import { RunUnderTest } from '../contract/operations/run-under-test.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(120_000);

const TARGET = 'C:\\sim\\target.exe';
const hex = (bytes: Buffer): string => bytes.toString('hex');

describe('output of real programs', () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await engineHost();
  });
  afterAll(() => host.close());

  const runOf = (step: PlanStep, plan: Partial<ExecutionPlan> = {}): Promise<OperationLog> =>
    new RunUnderTest(host, aPlan([step], plan)).start().finished();

  it.each([
    ['UTF-8', Buffer.from('Größe €☃')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFGröße €☃')],
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFFGröße €☃', 'utf16le')],
  ])('is recognised as %s', async (_name, bytes) => {
    const log = await runOf(aLine(`${TARGET} --hex ${hex(bytes)}`));

    expect(log.output()).toBe('Größe €☃');
  });

  it('is recognised as UTF-16 without a mark when the text is mostly Latin', async () => {
    const log = await runOf(aLine(`${TARGET} --hex ${hex(Buffer.from('Installed: Größe', 'utf16le'))}`));

    expect(log.output()).toBe('Installed: Größe');
  });

  it.each([
    [437, 'Gr\u00f6\u00dfe', '4772 94 e1 65'],
    [850, '\u00c1\u00d5', 'b5 e5'],
  ])('that is not UTF-8 is read in the code page %d of the computer', async (codePage, text, bytes) => {
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
    host.backend.patchModel({ registry: { [key]: { OEMCP: String(codePage) } } });

    const log = await runOf(aLine(`${TARGET} --hex ${bytes.replaceAll(' ', '')}`));

    expect(log.output()).toBe(text);
  });

  it('may be anything: binary output does not break the journal', async () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

    const log = await runOf(aLine(`${TARGET} --hex ${hex(everyByte)}`));

    expect(log.event('run.completed').outcome).toBe('succeeded');
    expect(log.output()).toHaveLength(256);
    expect(log.output()).toContain('ABCDEF');
  });

  it('keeps a line of a megabyte whole', async () => {
    const log = await runOf(aLine(`${TARGET} --fill 1048576`), { outputLimitBytes: 4_000_000 });

    expect(log.output()).toBe('x'.repeat(1_048_576));
    expect(log.event('step.finished')).toMatchObject({ outputBytes: 1_048_576, outputTruncated: false });
  });

  it('is cut after 10 MB, with a mark, and the step goes on', async () => {
    const log = await runOf(aLine(`${TARGET} --fill 12000000& exit 3010`), { outputLimitBytes: 10_485_760 });

    expect(log.output().slice(10_485_760)).toBe('\n[output truncated by Winch after 10485760 bytes]\n');
    expect(log.event('step.finished')).toMatchObject({ returnCode: 3010, outputTruncated: true });
  });

  it('keeps the order within each stream', async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    const options = numbers.map((number) => `--out o${number} --err e${number}`).join(' ');

    const log = await runOf(aLine(`${TARGET} ${options}`));

    expect(log.output('stdout').trim().split(/\s+/)).toEqual(numbers.map((number) => `o${number}`));
    expect(log.output('stderr').trim().split(/\s+/)).toEqual(numbers.map((number) => `e${number}`));
  });

  it('does not hold the run when a program left running keeps the file open', async () => {
    const log = await runOf(aLine(`start /b ${TARGET} --sleep 20000& echo left`));

    expect(log.output().trim()).toBe('left');
    expect(log.event('step.finished').durationMs).toBeLessThan(15_000);
  });
});
