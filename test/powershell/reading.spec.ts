import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { operationScript } from '../../src/target/scripts.js';
import { aLine, aPlan } from '../contract/operations/plans.js';
import { RunUnderTest } from '../contract/operations/run-under-test.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(600_000);

/** The functions of a follow, without the call that begins it. */
function functionsOfFollow(): string {
  const script = operationScript('follow');
  return script.slice(0, script.lastIndexOf('Invoke-Operation {'));
}

describe('reading a journal', () => {
  let host: EngineHost;
  let journal: string;
  let answers: string[];
  beforeAll(async () => {
    host = await engineHost();
    const run = new RunUnderTest(host, aPlan([aLine('echo hello')]));
    await run.start().finished();
    journal = await run.journal();
    answers = await askAbout(run.id);
  });
  afterAll(() => host.close());

  async function askAbout(targetRunId: string): Promise<string[]> {
    const body = readFileSync(join(__dirname, 'reading.ps1'), 'latin1');
    const input = JSON.stringify({ targetRunId, epoch: 1, offset: 0, heartbeatSeconds: 15 });
    const lines: string[] = [];
    const stdin = Buffer.from(`${input}\n\n${functionsOfFollow()}\n${body}\n`, 'latin1');
    for await (const line of host.runOperation(stdin).lines) lines.push(`${line}\n`);
    return lines.join('').split('#\n');
  }

  it('from any byte on prints exactly what follows', () => {
    const offsets = Array.from({ length: journal.length + 1 }, (_, offset) => offset);

    expect(offsets.filter((offset) => answers[offset] !== journal.slice(offset))).toEqual([]);
  });

  it('that is torn at any byte prints its complete lines and nothing else', () => {
    const torn = answers.slice(journal.length + 1, -1);
    const expected = torn.map((_answer, index) => {
      const kept = journal.slice(0, journal.length - index);
      return kept.slice(0, kept.lastIndexOf('\n') + 1);
    });

    expect(torn).toHaveLength(journal.length + 1);
    expect(torn).toEqual(expected);
  });
});
