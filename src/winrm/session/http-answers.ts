import type { ClearBody } from '../auth/auth-provider.js';
import { HttpStatusError, ProtocolError, type WinrmPhase } from '../errors.js';
import type { HttpResponse } from '../transport/transport.js';

/** 200 answers, 500 carries a fault, 400 and 401 are the mechanism's to explain. */
const SOAP_STATUSES: ReadonlySet<number> = new Set([200, 400, 401, 500]);

const STATUS_HINTS: Readonly<Record<number, string>> = {
  403: 'The host, or a proxy in between, forbids this client',
  404: 'Nothing answers at /wsman: another web server listens here, or the URL prefix of the listener was changed',
  413: 'The request is larger than MaxEnvelopeSizekb of the host allows: see winrm/config',
  503: 'The WinRM service is stopped or overloaded: try again later',
};

/** Throws HttpStatusError when the HTTP service answered in place of WinRM. */
export const requireSoapStatus = ({ status }: HttpResponse, phase: WinrmPhase): void => {
  if (!SOAP_STATUSES.has(status)) throw statusError(status, phase);
};

/** The text of a SOAP body by its charset. Throws HttpStatusError or ProtocolError when there is none to read. */
export const decodeSoapText = (
  { contentType, bytes }: ClearBody,
  status: number,
  phase: WinrmPhase,
): string => {
  if (!/^\s*application\/soap\+xml/i.test(contentType)) {
    if (status !== 200) throw statusError(status, phase);
    throw unreadable(`The answer to ${phase} is "${contentType}", not SOAP`, phase);
  }
  try {
    return new TextDecoder(encodingOf(contentType, bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(`The answer to ${phase} is not text in the encoding it names`, phase, error);
  }
};

const statusError = (status: number, phase: WinrmPhase): HttpStatusError =>
  new HttpStatusError(status, `The host answered ${phase} with HTTP ${status}`, {
    phase,
    sent: 'yes',
    hint: STATUS_HINTS[status] ?? 'Check what really answers on this address',
  });

const unreadable = (message: string, phase: WinrmPhase, cause?: unknown): ProtocolError =>
  new ProtocolError('malformed-response', message, {
    phase,
    sent: 'yes',
    hint: 'Check what really answers on this address',
    cause,
  });

const encodingOf = (contentType: string, bytes: Buffer): string => {
  const charset = /charset\s*=\s*"?([A-Za-z0-9_-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-16') return charset;
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-16le';
};
