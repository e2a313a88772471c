import type { WinrmDeadline } from '../deadline.js';
import { FaultError, ProtocolError, type WinrmPhase } from '../errors.js';
import { buildEnvelope, type EnvelopeContext, type OperationRequest } from '../soap/request-envelope.js';
import { parseEnvelope, type ResponseEnvelope } from '../soap/response-envelope.js';
import { XmlError, type XmlElement } from '../soap/xml-reader.js';
import type { ConnectionPool } from './connection-pool.js';

/** One operation: what is asked, what for, and how its answer is read. */
export interface Call<T> {
  readonly phase: WinrmPhase;
  readonly request: OperationRequest;
  readonly parse: (body: XmlElement) => T;
}

/** Operations of WS-Management, each sent once. */
export class WsmanClient {
  readonly #pool: ConnectionPool;
  readonly #context: EnvelopeContext;

  constructor(pool: ConnectionPool, context: EnvelopeContext) {
    this.#pool = pool;
    this.#context = context;
  }

  /**
   * Sends one operation and reads its answer. Never sends it twice, whatever happens.
   * Rejects with a WinrmError, or with the cancel reason.
   */
  async call<T>({ phase, request, parse }: Call<T>, deadline: WinrmDeadline): Promise<T> {
    const { xml, messageId } = buildEnvelope(request, this.#context);
    return this.#pool.withConnection({ deadline, phase }, async (connection) => {
      const answer = await connection.post(xml, { phase, deadline });
      try {
        return readAnswer(phase, () => this.#read(answer, messageId, { phase, parse }));
      } catch (error) {
        if (error instanceof ProtocolError) connection.close();
        throw error;
      }
    });
  }

  #read<T>(answer: string, messageId: string, { phase, parse }: Omit<Call<T>, 'request'>): T {
    const envelope = parseEnvelope(answer);
    requireRelation(envelope, messageId);
    if (envelope.fault) throw new FaultError(envelope.fault, phase);
    return parse(envelope.body);
  }
}

/** Reads an answer; XML that is not what it should be becomes a ProtocolError. */
export const readAnswer = <T>(phase: WinrmPhase, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new ProtocolError('malformed-response', `The answer to ${phase} cannot be read: ${error.message}`, {
      phase,
      sent: 'yes',
      hint: 'Check what really answers on this address',
      cause: error,
    });
  }
};

// Some faults were recorded without RelatesTo; an answer to another question must never pass.
const requireRelation = ({ relatesTo }: ResponseEnvelope, messageId: string): void => {
  if (relatesTo === undefined || relatesTo.toLowerCase() === messageId.toLowerCase()) return;
  throw new XmlError('It relates to another request');
};
