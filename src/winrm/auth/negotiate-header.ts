/** The schemes that WWW-Authenticate headers offer, in their order (RFC 9110 section 11.6.1). */
export const offeredSchemes = (authenticate: readonly string[]): string[] =>
  authenticate
    .map((header) => /^\s*([A-Za-z0-9_-]+)/.exec(header)?.[1] ?? '')
    .filter((scheme) => scheme !== '');

/** The token after `Negotiate`: undefined without the scheme, empty when it stands alone. */
export const negotiateToken = (authenticate: readonly string[]): Buffer | undefined => {
  for (const header of authenticate) {
    // A proxy may join the headers with commas (RFC 9110 section 5.3).
    const match = /(?:^|,)\s*Negotiate(?:\s+([A-Za-z0-9+/]+={0,2}))?\s*(?:,|$)/i.exec(header);
    if (match) return Buffer.from(match[1] ?? '', 'base64');
  }
  return undefined;
};
