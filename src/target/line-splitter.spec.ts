import { LineSplitter } from './line-splitter.js';

const text = 'one\ntwo två\n\nthree\n';
const lines = ['one', 'two två', '', 'three'].map((line) => ({ ok: true, line }));

describe('LineSplitter', () => {
  it.each([1, 2, 3, 5, 7, 100])('gives the same lines from pieces of %i bytes', (size) => {
    const bytes = Buffer.from(text);
    const splitter = new LineSplitter();

    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );

    expect(pieces.flatMap((piece) => splitter.push(piece))).toEqual(lines);
  });

  it('keeps an unfinished line back', () => {
    const splitter = new LineSplitter();

    expect(splitter.push(Buffer.from('done\nhalf'))).toEqual([{ ok: true, line: 'done' }]);
    expect(splitter.rest()).toBe('half');
  });

  it('drops a line that is too long, tells its length and goes on after it', () => {
    const splitter = new LineSplitter(4);

    expect(splitter.push(Buffer.from('1234\n123'))).toEqual([{ ok: true, line: '1234' }]);
    expect(splitter.push(Buffer.from('45'))).toEqual([]);
    expect(splitter.rest()).toBe('');
    expect(splitter.push(Buffer.from('6\nok\n'))).toEqual([
      { ok: false, droppedBytes: 6 },
      { ok: true, line: 'ok' },
    ]);
  });
});
