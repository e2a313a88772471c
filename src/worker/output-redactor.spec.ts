import { describe, expect, it } from '@jest/globals';
import type { DoorEvent } from '../recording/domain/door.js';
import { journalEventSchema } from '../target/journal.js';
import { OutputRedactor } from './output-redactor.js';

const at = '2026-11-24T10:00:00.000Z';
const runner = (event: Extract<DoorEvent, { source: 'runner' }>['event']): DoorEvent => ({
  source: 'runner',
  nextOffset: 1,
  digest: 'd'.repeat(64),
  event,
});
const output = (seq: number, text: string, stream: 'stdout' | 'stderr' = 'stdout') =>
  runner({ seq, at, mono: 0, type: 'step.output', index: 0, stream, text });
const started = (seq: number) => runner({ seq, at, mono: 0, type: 'step.started', index: 1 });
const texts = (events: DoorEvent[]) =>
  events.map((event) => (event.event.type === 'step.output' ? event.event.text : event.event.type));

describe('OutputRedactor', () => {
  it('passes ordinary output on at once', () => {
    const redactor = new OutputRedactor(['pl4nted-Secret!']);

    expect(texts(redactor.push(output(1, 'Installing\n')))).toEqual(['Installing\n']);
  });

  it('replaces a secret within one chunk', () => {
    const redactor = new OutputRedactor(['pl4nted-Secret!']);

    expect(texts(redactor.push(output(1, 'key=pl4nted-Secret!\n')))).toEqual(['key=[redacted]\n']);
  });

  it('replaces a secret that a chunk border cuts, and keeps the order of events', () => {
    const redactor = new OutputRedactor(['pl4nted-Secret!']);

    const first = redactor.push(output(1, 'key=pl4nted-'));
    const between = redactor.push(output(2, 'warning\n', 'stderr'));
    const last = redactor.push(output(3, 'Secret! done\n'));

    expect([first, between]).toEqual([[], []]);
    expect(texts(last)).toEqual(['key=', 'warning\n', '[redacted] done\n']);
  });

  it('gives back held text when the step ends without the rest of the secret', () => {
    const redactor = new OutputRedactor(['pl4nted-Secret!']);

    redactor.push(output(1, 'half a pl4n'));

    expect(texts(redactor.push(started(2)))).toEqual(['half a pl4n', 'step.started']);
  });

  it.each([
    ['Base64 of UTF-8', Buffer.from('pl4nted-Secret!').toString('base64')],
    ['Base64 of UTF-16', Buffer.from('pl4nted-Secret!', 'utf16le').toString('base64')],
  ])('replaces a secret spelt as %s', (_name, spelling) => {
    const redactor = new OutputRedactor(['pl4nted-Secret!']);

    expect(texts(redactor.push(output(1, `<${spelling}>`)))).toEqual(['<[redacted]>']);
  });

  it.each([
    ['marks are longer than a secret', ['x'.repeat(60_000), 'abcd'.repeat(17_500)]],
    ['held text comes before a text as long as may be', ['held: a', 'x'.repeat(70_000)]],
  ])('keeps within what the door takes when %s', (_name, chunks) => {
    const redactor = new OutputRedactor(['abcd']);

    const events = chunks.flatMap((text, index) => redactor.push(output(index + 1, text)));

    expect(events).toHaveLength(2);
    for (const event of events) expect(journalEventSchema.safeParse(event.event).error).toBeUndefined();
  });

  it('does not pile up one stream behind the beginning of a secret on the other', () => {
    const redactor = new OutputRedactor(['pl4nted-Secret!']);
    redactor.push(output(1, 'ok'));
    redactor.push(output(2, 'p'));

    const given = Array.from({ length: 10 }, (_, index) =>
      redactor.push(output(index + 3, 'x'.repeat(16_384), 'stderr')),
    );

    expect(given.map((events) => events.length)).toEqual([0, 0, 0, 5, 1, 1, 1, 1, 1, 1]);
  });
});
