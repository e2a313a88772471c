const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML content or a quoted attribute; control characters become `?` as on Windows (MS-WSMV 3.1.4.1.25). */
export function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll(/[\x01-\x08\x0b\x0c\x0e-\x1f]/g, '?');
}
