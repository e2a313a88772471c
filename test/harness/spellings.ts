/** A spelling in which a secret may lie somewhere, as bytes to look for. */
export interface Spelling {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Every spelling that a leak may have: plain, UTF-16, Base64 of both at each alignment, URL- and JSON-escaped. */
export function spellingsOf(secret: string): Spelling[] {
  const utf8 = Buffer.from(secret, 'utf8');
  const utf16 = Buffer.from(secret, 'utf16le');
  const texts: [string, string][] = [
    ...base64Cores('Base64 of UTF-8', utf8),
    ...base64Cores('Base64 of UTF-16', utf16),
    ['URL-encoded', encodeURIComponent(secret)],
    ['form-encoded', new URLSearchParams({ x: secret }).toString().slice(2)],
    ['JSON-escaped', JSON.stringify(secret).slice(1, -1)],
    ['XML-escaped', secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    ['hexadecimal', utf8.toString('hex')],
  ];
  return [
    { name: 'UTF-8', bytes: utf8 },
    { name: 'UTF-16LE', bytes: utf16 },
    { name: 'UTF-16BE', bytes: Buffer.from(utf16).swap16() },
    ...texts.flatMap(([name, text]) => [
      { name, bytes: Buffer.from(text) },
      { name: `${name} in UTF-16LE`, bytes: Buffer.from(text, 'utf16le') },
    ]),
  ];
}

/** Inside a longer text a secret begins at one of three places of a Base64 group: what is the same in all of them. */
function base64Cores(name: string, bytes: Buffer): [string, string][] {
  return [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const isWhole = (shift + bytes.length) % 3 === 0;
    const core = padded.slice(shift === 0 ? 0 : shift + 1, isWhole ? undefined : -1);
    return [`${name} (shift ${shift})`, core];
  });
}

/** Names of the spellings in which a secret stands in these bytes. */
export function spellingsIn(haystack: Buffer, spellings: readonly Spelling[]): string[] {
  return spellings.filter(({ bytes }) => haystack.includes(bytes)).map(({ name }) => name);
}
