import { SOAP_CONTENT_TYPE } from '../auth/auth-provider.js';
import type { WinrmDeadline } from '../deadline.js';
import { FaultError } from '../errors.js';
import { IDENTIFY_ENVELOPE, parseIdentifyResponse, type HostIdentity } from '../operations/identify.js';
import { parseEnvelope } from '../soap/response-envelope.js';
import { decodeSoapText, requireSoapStatus } from './http-answers.js';
import type { Connection, HttpResponse } from '../transport/transport.js';
import { httpTransport, tlsOf } from './session.js';
import type { HostOptions } from './session-options.js';
import { readAnswer } from './wsman-client.js';

const ANSWER_TIMEOUT_MS = 15_000;

/**
 * Asks a host what it is, without credentials: whether WinRM answers at this address at all. It proves nothing about
 * who answers unless TLS is verified. Rejects with a WinrmError, or with the signal's reason when cancelled.
 */
export const identify = async (options: HostOptions, deadline: WinrmDeadline): Promise<HostIdentity> => {
  const connection = await httpTransport(options, tlsOf(options)).connect(deadline);
  try {
    const reply = await ask(connection, deadline);
    requireSoapStatus(reply, 'identify');
    const answer = decodeSoapText(
      { contentType: reply.contentType, bytes: reply.body },
      reply.status,
      'identify',
    );
    return readAnswer('identify', () => readIdentity(answer));
  } finally {
    connection.close();
  }
};

const ask = (connection: Connection, deadline: WinrmDeadline): Promise<HttpResponse> => {
  const headers = { 'Content-Type': SOAP_CONTENT_TYPE, WSMANIDENTIFY: 'unauthenticated' };
  const request = { headers, body: Buffer.from(IDENTIFY_ENVELOPE) };
  return connection.exchange(request, { phase: 'identify', timeoutMs: ANSWER_TIMEOUT_MS, deadline });
};

const readIdentity = (answer: string): HostIdentity => {
  const { fault, body } = parseEnvelope(answer);
  if (fault) throw new FaultError(fault, 'identify');
  return parseIdentifyResponse(body);
};
