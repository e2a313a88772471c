const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML content or a quoted attribute; control characters become `?` as on Windows (MS-WSMV 3.1.4.1.25). */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]|\p{Cc}/gu, (character) => ENTITIES[character] ?? printable(character));
}

function printable(character: string): string {
  const isReplaced = character < ' ' && !'\t\n\r'.includes(character);
  return isReplaced ? '?' : character;
}
