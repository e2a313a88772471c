import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { OperationLog, OwnLine } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan, LONG_COMMAND } from './plans.js';
import { runnerPidOf, RunUnderTest } from './run-under-test.js';

/** What became of one run whose only step goes on and on, until its runner is ended. */
interface Story {
  /** The second with the offset at which the journal ends. */
  readonly beat: OwnLine<'heartbeat'>;
  readonly cleanup: OperationLog;
  readonly first: OperationLog;
  readonly second: OperationLog;
  /** The journal's lines after the runner's end, to which then half a line was added. */
  readonly lines: readonly string[];
  readonly torn: OperationLog;
  readonly again: OperationLog;
}

async function play(host: OperationsHost): Promise<Story> {
  const run = new RunUnderTest(host, aPlan([aLine(`${LONG_COMMAND} >nul`)]));
  const first = run.start({ heartbeatSeconds: 1 });
  await first.untilEvent('step.started');
  const { length } = await run.journal();
  const beats = () => first.own('heartbeat').filter(({ offset }) => offset === length);
  const beat = await first.until(() => beats()[1], 'two heartbeats at the end of the journal');
  const cleanup = await run.cleanup();
  const second = run.follow({ epoch: 2 });
  await first.finished();
  await second.untilEvent('step.started');
  await host.endProcess(runnerPidOf(await host.readFile(`${run.folder}\\claimed`)));
  await second.finished();
  const lines = (await run.journal()).trimEnd().split('\n');
  await host.appendToFile(`${run.folder}\\journal.jsonl`, '{"seq":99,"at":"2026-');
  const torn = await run.follow({ epoch: 2 }).finished();
  const again = await run.start({ epoch: 3 }).finished();
  return { beat, cleanup, first, second, lines, torn, again };
}

/** What the operations make of a run that goes on, and of one whose runner is gone: one run for all tests. */
export function describeLongRun(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  let story: Story;
  beforeAll(async () => {
    host = await makeHost();
    story = await play(host);
  });
  afterAll(() => host.close());

  it('beats while nothing is new', () => {
    expect(story.beat).toMatchObject({ taskState: 'running', bootId: expect.stringMatching(/./) });
  });

  it('is left alone by a clean-up', () => {
    expect(story.cleanup.own('cleanup')).toMatchObject([
      { result: 'pending', detail: expect.stringMatching(/./) },
    ]);
    expect(story.second.eventsOf('step.started')).toHaveLength(1);
  });

  it('is no longer followed by the lower epoch when a higher one follows', () => {
    expect(story.first.endReason()).toBe('stale-epoch');
    expect(story.second.journalLines()).toEqual(story.lines);
  });

  it('tells that its runner is gone', () => {
    expect(story.second.endReason()).toBe('runner-gone');
  });

  it('never has a torn last line printed', () => {
    expect(story.torn.journalLines()).toEqual(story.lines);
    expect(story.torn.endReason()).toBe('runner-gone');
  });

  it('is not started again after its runner was ended in the middle of a step', () => {
    expect(story.again.own('attached')).toMatchObject([{ started: false }]);
    expect(story.again.endReason()).toBe('runner-gone');
    expect(story.again.eventsOf('step.started')).toHaveLength(1);
  });
}
