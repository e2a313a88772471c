import { parseOperationLine } from './parse-operation-line.js';

describe('parseOperationLine', () => {
  it('gives a journal line with the bytes by which the offset grows', () => {
    const line =
      '{"seq":2,"at":"2026-11-24T10:42:32.818Z","mono":336,"type":"step.output","index":0,"stream":"stdout","text":"caf\\u00e9"}';

    expect(parseOperationLine(line)).toEqual({
      kind: 'journal',
      event: {
        seq: 2,
        at: '2026-11-24T10:42:32.818Z',
        mono: 336,
        type: 'step.output',
        index: 0,
        stream: 'stdout',
        text: 'café',
      },
      byteLength: line.length + 1,
    });
  });

  it("gives the operation's own word", () => {
    expect(parseOperationLine('{"op":"ended","reason":"runner-gone","detail":""}')).toEqual({
      kind: 'operation',
      line: { op: 'ended', reason: 'runner-gone', detail: '' },
    });
  });

  it.each([
    ['an empty line', ''],
    ['text', 'powershell.exe : not recognized'],
    ['broken JSON of an operation', '{"op":"ended","rea'],
    ['an unknown operation line', '{"op":"reboot"}'],
    ['an operation line with an unknown field', '{"op":"cancel","result":"flagged","x":1}'],
    ['an unknown event', '{"seq":1,"at":"2026-11-24T10:42:32.818Z","mono":1,"type":"step.exploded"}'],
    [
      'an event with a code of more than 32 bits',
      '{"seq":1,"at":"2026-11-24T10:42:32.818Z","mono":1,"type":"step.retrying","index":0,"returnCode":4294967296,"attempt":1,"delaySeconds":1}',
    ],
  ])('calls %s garbage and says why', (_, line) => {
    const parsed = parseOperationLine(line);

    expect(parsed.kind).toBe('garbage');
    expect(parsed).toHaveProperty('problem', expect.stringMatching(/\S/));
  });
});
