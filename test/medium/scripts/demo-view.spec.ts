import { describe, expect, it } from '@jest/globals';
import { runLines } from './run-script.js';

describe('the event stream of the demo', () => {
  const read = (chunks: readonly string[]): unknown =>
    JSON.parse(
      runLines(`
        import { serverSentEvents } from '#scripts/lib/api-client.mjs';
        const bytes = ${JSON.stringify(chunks)}.map((text) => Buffer.from(text, 'latin1'));
        const messages = [];
        for await (const message of serverSentEvents(ReadableStream.from(bytes))) messages.push(message);
        console.log(JSON.stringify(messages));
      `).stdout,
    );

  it('puts messages together that arrive in pieces, characters torn apart among them', () => {
    expect(read(['id: 1\nda', 'ta: {"text":"Gr\xc3', '\xb6\xc3\x9fe"}\n', '\nid: 2\ndata: b\n\n'])).toEqual([
      { id: '1', data: '{"text":"Größe"}' },
      { id: '2', data: 'b' },
    ]);
  });

  it('passes over comments and an unfinished last message', () => {
    expect(read([': keep-alive\n\n', 'data: a\n\n', 'data: torn'])).toEqual([{ data: 'a' }]);
  });

  it('joins several data lines and takes CRLF line ends', () => {
    expect(read(['data: a\r\ndata:b\r\n\r\n'])).toEqual([{ data: 'a\nb' }]);
  });
});

describe('the table of the demo', () => {
  it('is as wide as its widest cells, with a dash for nothing', () => {
    const { stdout } = runLines(`
      import { table } from '#scripts/lib/table.mjs';
      console.log(table(['Asset', 'Return'], [['PC-0001', 3010], ['PC-2', null]]));
    `);

    expect(stdout).toBe('Asset    Return\n-------  ------\nPC-0001  3010\nPC-2     -\n');
  });
});
