import { decodeSoapText } from './http-answers.js';

const SOAP = 'application/soap+xml';
const utf16 = Buffer.from('<é/>', 'utf16le');

describe('decodeSoapText', () => {
  it.each([
    ['UTF-8', `${SOAP};charset=UTF-8`, Buffer.from('<é/>')],
    ['UTF-8 by default, with its mark', SOAP, Buffer.from('\ufeff<é/>')],
    ['UTF-16 without a mark', `${SOAP};charset=UTF-16`, utf16],
    [
      'UTF-16 with the little-endian mark',
      `${SOAP}; charset="utf-16"`,
      Buffer.concat([Buffer.from('fffe', 'hex'), utf16]),
    ],
    ['UTF-16 with the big-endian mark', `${SOAP};charset=utf-16`, Buffer.from('feff003c00e9002f003e', 'hex')],
  ])('reads %s', (_name, contentType, bytes) => {
    expect(decodeSoapText({ contentType, bytes }, 200, 'receive')).toBe('<é/>');
  });

  it.each([
    ['broken UTF-8', SOAP, Buffer.from([0xff, 0xfe, 0x80])],
    ['an unknown charset', `${SOAP};charset=x-none`, Buffer.from('<a/>')],
    ['another media type', 'text/html', Buffer.from('<a/>')],
  ])('refuses %s', (_name, contentType, bytes) => {
    expect(() => decodeSoapText({ contentType, bytes }, 200, 'receive')).toThrow(
      expect.objectContaining({ code: 'malformed-response' }),
    );
  });

  it('names the status where an error comes without SOAP', () => {
    expect(() => decodeSoapText({ contentType: '', bytes: Buffer.alloc(0) }, 500, 'receive')).toThrow(
      expect.objectContaining({ code: 'http-status', status: 500 }),
    );
  });
});
