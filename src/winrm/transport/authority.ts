import { isIP } from 'node:net';

/** `host:port` for a Host header, a URL or a message; a literal IPv6 address in brackets (RFC 3986 section 3.2.2). */
export const authorityOf = (host: string, port: number): string =>
  isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
