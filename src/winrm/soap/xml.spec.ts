import { parseEnvelope } from './response-envelope.js';
import { child, parseXml, XmlError } from './xml-reader.js';
import { escapeXml } from './xml-text.js';

describe('parseXml', () => {
  it('resolves namespaces, whatever the prefixes', () => {
    const root = parseXml('<a:r xmlns:a="urn:1"><r xmlns="urn:2" x="1" a:y="2">t<![CDATA[<]]></r></a:r>');

    const inner = child(root, 'urn:2', 'r');
    expect(inner).toMatchObject({ text: 't<', attributes: new Map([['x', '1']]) });
  });

  it.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an unknown entity', '<a>&xxe;</a>'],
    ['an unbound prefix', '<a:b/>'],
    ['two roots', '<a/><b/>'],
    ['an open element', '<a><b></a>'],
    ['nothing', ''],
    ['too much depth', '<a>'.repeat(65) + '</a>'.repeat(65)],
    ['too many elements', `<a>${'<b/>'.repeat(50_000)}</a>`],
  ])('refuses %s', (_name, source) => {
    expect(() => parseXml(source)).toThrow(XmlError);
  });
});

describe('parseEnvelope', () => {
  it.each(['<a/>', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>'])(
    'refuses what is not SOAP 1.2: %s',
    (source) => {
      expect(() => parseEnvelope(source)).toThrow(XmlError);
    },
  );
});

describe('escapeXml', () => {
  it('escapes markup and keeps white space through attribute normalisation', () => {
    expect(escapeXml('<&>"\t\r\nü😀')).toBe('&lt;&amp;&gt;&quot;&#9;&#13;&#10;ü😀');
  });

  it.each(['\0', '\x1b', '\ud800', '\uffff'])('refuses what XML cannot carry: %j', (text) => {
    expect(() => escapeXml(`ab${text}`)).toThrow('at position 2 cannot be sent in XML');
  });
});
