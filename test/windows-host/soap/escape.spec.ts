import { escapeXml } from './escape.js';

describe('escapeXml', () => {
  it.each([
    ['a<b>&"c"', 'a&lt;b&gt;&amp;&quot;c&quot;'],
    ['tab\tline\r\nend', 'tab\tline\r\nend'],
    ['bell\u0007 escape\u001b', 'bell? escape?'],
    ['grün €', 'grün €'],
  ])('writes %j as %j', (text, xml) => {
    expect(escapeXml(text)).toBe(xml);
  });
});
