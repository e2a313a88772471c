import { decodeEncryptedBody, encodeEncryptedBody, FramingError } from './encrypted-body.js';

const SOAP = 'application/soap+xml;charset=UTF-8';
const SIGNATURE = Buffer.alloc(16, 1);

// The exact bytes of [MS-WSMV] 2.2.9.1 as recorded from Windows: no blank lines, nothing before the last delimiter.
const RECORDED = Buffer.concat([
  Buffer.from(
    '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
      '\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=5\r\n' +
      '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n\x10\0\0\0',
  ),
  SIGNATURE,
  Buffer.from('hello--Encrypted Boundary--\r\n'),
]);

const variant = (from: string, to: string): Buffer =>
  Buffer.from(RECORDED.toString('latin1').replaceAll(from, to), 'latin1');

describe('A sealed body', () => {
  it('is framed byte for byte as Windows does', () => {
    const body = { contentType: SOAP, signature: SIGNATURE, ciphertext: Buffer.from('hello') };

    expect(encodeEncryptedBody(body)).toEqual(RECORDED);
  });

  it.each([
    ['as recorded', RECORDED],
    ['without the TABs (Ruby)', variant('\t', '')],
    ['with a blank after the dashes (Exchange)', variant('--Encrypted', '-- Encrypted')],
    ['without the last dashes', variant('Boundary--', 'Boundary')],
    ['with another case', variant('Content-Type', 'Content-type')],
  ])('is read %s', (_name, bytes) => {
    expect(decodeEncryptedBody(bytes)).toEqual({
      contentType: SOAP,
      signature: SIGNATURE,
      ciphertext: Buffer.from('hello'),
    });
  });

  it('is split by its lengths, whatever the ciphertext holds', () => {
    const ciphertext = Buffer.from(
      '\r\n--Encrypted Boundary--\r\n\n\n\0--Encrypted Boundary\r\n\tContent-Type: x\r\n',
    );

    const encoded = encodeEncryptedBody({ contentType: SOAP, signature: SIGNATURE, ciphertext });

    expect(decodeEncryptedBody(encoded).ciphertext).toEqual(ciphertext);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['clear text', Buffer.from('<s:Envelope/>')],
    ['a length beyond the end', variant('Length=5', 'Length=500')],
    ['a length too small', variant('Length=5', 'Length=4')],
    ['a signature of nothing', variant('\x10\0\0\0', '\0\0\0\0')],
    ['a signature beyond the end', variant('\x10\0\0\0', '\xff\xff\xff\xff')],
    ['another protocol', variant('SPNEGO', 'Kerberos')],
  ])('is refused: %s', (_name, bytes) => {
    expect(() => decodeEncryptedBody(bytes)).toThrow(FramingError);
  });

  it('is refused when cut off anywhere before its last delimiter', () => {
    for (let length = 0; length < RECORDED.length - 4; length++) {
      expect(() => decodeEncryptedBody(RECORDED.subarray(0, length))).toThrow(FramingError);
    }
  });
});
