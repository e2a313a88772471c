import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DeploymentView } from '../../src/deployments/api/deployments.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RunEvent } from '../harness/client.js';
import type { StreamedEvent } from '../harness/event-stream.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const LINES = ['one', 'two', 'three', 'four', 'five'];

let winch: Winch;
let host: RegisteredHost;

beforeAll(async () => {
  winch = await Winch.start();
  const output = LINES.map((text, index) => ({ text, atMs: index * 300 }));
  const programs = { 'slow.exe': { output, durationMs: 1500 } };
  host = await winch.addHost('PC-0001', { patch: { programs } });
  await winch.addHost('PC-0002', { patch: { programs } });
  await winch.addPackage(
    aPackage('Slow').withStep(aCommand('Print', 'slow.exe')).withStep(aCommand('End', 'echo end')),
  );
});

afterAll(() => winch.close());

function order(...assets: string[]): Promise<DeploymentView> {
  return winch.client.deploy({ package: 'Slow', targets: { assets } });
}

async function orderOne(): Promise<string> {
  return (await winch.client.onlyRun((await order('PC-0001')).id)).id;
}

describe('the stream of a run', () => {
  it('tells each line of output while its step is still running', async () => {
    const runId = await orderOne();

    using stream = await winch.client.stream(`/runs/${runId}/events`);
    const seen: string[] = [];
    for await (const { data } of stream) {
      if (data.type !== 'step.output' || data['index'] !== 0) continue;
      seen.push(`${String(data['text']).trim()} ${host.running().includes('slow.exe') ? 'live' : 'late'}`);
    }

    expect(stream.contentType).toBe('text/event-stream; charset=utf-8');
    // The last one may be told when the program has just ended.
    expect(seen.slice(0, -1)).toEqual(['one live', 'two live', 'three live', 'four live']);
    expect(seen.at(-1)).toMatch(/^five/);
  });

  it('gives every event once, in order, to a reader that comes back again and again', async () => {
    const runId = await orderOne();

    const pieces = await readInPieces(`/runs/${runId}/events`, 3);

    const recorded = await winch.client.events(runId);
    expect(pieces.map(({ data }) => data)).toEqual(recorded);
    expect(pieces.map(({ id }) => id)).toEqual(recorded.map((event) => String(event.seq)));
    expect(recorded.map((event) => event.seq)).toEqual(recorded.map((_, index) => index + 1));
    expect(recorded.at(-1)?.type).toBe('cleanup.finished');
  });

  it('resumes a finished run at any point, and answers 204 at its end', async () => {
    const runId = await orderOne();
    await winch.client.settled(runId);
    const recorded = await winch.client.events(runId);

    for (let cut = 0; cut < recorded.length; cut++) {
      using stream = await winch.client.stream(`/runs/${runId}/events`, cut);
      expect((await stream.rest()).map(({ data }) => data.seq)).toEqual(
        recorded.slice(cut).map((event) => event.seq),
      );
    }
    using ended = await winch.client.stream(`/runs/${runId}/events`, recorded.length);
    expect([ended.status, await ended.rest()]).toEqual([204, []]);
  });

  it('begins at the beginning for a Last-Event-ID that is none', async () => {
    const runId = await orderOne();
    await winch.client.settled(runId);

    using stream = await winch.client.stream(`/runs/${runId}/events`, "1' OR 1=1");

    expect((await stream.rest())[0]?.id).toBe('1');
  });

  it('gives ten readers at once the same events', async () => {
    const runId = await orderOne();

    const read = await Promise.all(
      Array.from({ length: 10 }, async () => {
        using stream = await winch.client.stream(`/runs/${runId}/events`);
        return (await stream.rest()).map(({ id }) => id);
      }),
    );

    const expected = (await winch.client.events(runId)).map((event) => String(event.seq));
    expect(read).toEqual(Array(10).fill(expected));
  });
});

describe('the stream of a deployment', () => {
  it('gives the state changes of all its runs once, by rising eventId, to a reader that comes back', async () => {
    const deployment = await order('PC-0001', 'PC-0002');

    const pieces = await readInPieces(`/deployments/${deployment.id}/events`, 4);

    const ids = pieces.map(({ data }) => data.eventId);
    expect(pieces.map(({ id }) => id)).toEqual(ids.map(String));
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
    expect(new Set(pieces.map(({ data }) => data.type)).has('step.output')).toBe(false);
    expect(typesByRun(pieces)).toEqual(Array(2).fill(STATE_CHANGES));
  });

  it('answers 204 to a reader that has seen all of it', async () => {
    const deployment = await order('PC-0002');
    const run = await winch.client.onlyRun(deployment.id);
    await winch.client.settled(run.id);
    const last = (await winch.client.events(run.id)).at(-1);

    using stream = await winch.client.stream(`/deployments/${deployment.id}/events`, last?.eventId);

    expect(stream.status).toBe(204);
  });
});

const STATE_CHANGES = [
  'run.queued',
  'run.connecting',
  'run.starting',
  'run.attached',
  'run.started',
  'step.started',
  'step.finished',
  'step.started',
  'step.finished',
  'run.completed',
  'run.finished',
];

/** Each run's types up to `run.finished`: the clean-up of the last one may come after the stream's end. */
function typesByRun(events: readonly StreamedEvent<RunEvent>[]): string[][] {
  const runs = Map.groupBy(events, ({ data }) => data.targetRunId);
  return [...runs.values()].map((run) =>
    run.map(({ data }) => data.type).filter((type) => type !== 'cleanup.finished'),
  );
}

/** Reads a stream to its end, breaking off and resuming with `Last-Event-ID` after every `size` events. */
async function readInPieces(path: string, size: number): Promise<StreamedEvent<RunEvent>[]> {
  const all: StreamedEvent<RunEvent>[] = [];
  for (;;) {
    using stream = await winch.client.stream(path, all.at(-1)?.id);
    const before = all.length;
    for await (const event of stream) {
      all.push(event);
      if (all.length === before + size) break;
    }
    if (all.length < before + size) return all;
  }
}
