import type { AuthVerdict } from '../auth/authenticator.js';
import { SealMismatch, type NtlmSecurity } from '../auth/ntlm-security.js';
import { interrupt } from '../faults/interruption.js';
import { happensAfter, type Misbehaviour } from '../faults/misbehaviour.js';
import type { ServiceReply } from '../shells/shell-service.js';
import { encodeFault, encodeReply } from '../soap/envelope.js';
import { WsmanFault, wsmanFault } from '../soap/fault.js';
import { encodeIdentifyReply } from '../soap/identify.js';
import { readEnvelope, readRequest, type RawRequest } from '../soap/request.js';
import type { EndpointParts, HttpExchange } from './endpoint-parts.js';
import type { LoggedRequest } from './request-log.js';
import {
  emptyReply,
  tokenHeaders,
  writeReply,
  writeSlowly,
  writeTruncated,
  type HttpReply,
} from './respond.js';
import {
  decodeText,
  isSealed,
  openBody,
  sealBody,
  SEALED_CONTENT_TYPE,
  SOAP_CONTENT_TYPE,
} from './sealed-body.js';

type Authorized = Extract<AuthVerdict, { kind: 'authorized' }>;

/** What an authenticated Identify says of Windows: the build that the CHALLENGE names too. */
const WINDOWS_VERSION = 'OS: 10.0.26100 SP: 0.0 Stack: 3.0';

/** A reply that is spoiled in one of these ways arrives as it is, be it late; of the others the client cannot use anything. */
const REACHES_THE_CLIENT: readonly Misbehaviour['do'][] = ['slow', 'no-exit-code', 'stall'];

interface Answer {
  readonly status: number;
  readonly xml: string;
  readonly fault: number | null;
  readonly onLost: () => void;
}

/** One authorised request with a body: opened, carried out, answered, and spoiled where a test asked for it. */
export class OperationExchange {
  /** Not null when the request came sealed: so must the reply. */
  #security: NtlmSecurity | null = null;

  constructor(
    private readonly parts: EndpointParts,
    private readonly exchange: HttpExchange,
    private readonly verdict: Authorized,
  ) {}

  async run(): Promise<void> {
    const text = await this.#open();
    if (text === null) return;
    if (Buffer.byteLength(text) > this.parts.maxEnvelopeBytes)
      return this.#refuse(emptyReply(413), 'too-large');
    const raw = envelopeOrNull(text);
    const entry = this.#logged(raw);
    const rule = this.parts.misbehaviours.next(entry.operation);
    if (rule !== null) entry.misbehaviour = rule.do;
    if (rule !== null && happensAfter(rule)) await this.#answerThenSpoil(raw, rule, entry);
    else await this.#answerUnlessInterrupted(raw, rule, entry);
  }

  /** The request's text, or null when it was refused. */
  async #open(): Promise<string | null> {
    const { body, request, connection } = this.exchange;
    const contentType = request.headers['content-type'];
    if (!isSealed(contentType)) {
      if (this.parts.takesClearText) return decodeText(body, charsetOf(contentType));
      const challenges = this.parts.authenticator.challenges;
      await this.#refuse(emptyReply(401, { headers: challenges, close: true }), 'clear-text');
      return null;
    }
    try {
      if (connection.identity.security === null) throw new SealMismatch('Connection has no security context');
      const opened = openBody(body, connection.identity.security);
      this.#security = connection.identity.security;
      return decodeText(opened.bytes, opened.charset);
    } catch (error) {
      if (!(error instanceof SealMismatch)) throw error;
      await this.#refuse(emptyReply(400, { close: true }), 'seal-mismatch');
      return null;
    }
  }

  async #refuse(reply: HttpReply, refusal: string): Promise<void> {
    const entry = this.#logged(null);
    entry.refusal = refusal;
    entry.status = reply.status;
    await writeReply(this.exchange.response, reply);
  }

  async #answerUnlessInterrupted(
    raw: RawRequest | null,
    rule: Misbehaviour | null,
    entry: LoggedRequest,
  ): Promise<void> {
    const answer = await this.#faultsAnswered(raw, async () => {
      if (
        rule !== null &&
        (await interrupt(rule, this.exchange, this.parts.misbehaviours.stalls)) === 'ended'
      )
        return null;
      return this.#perform(raw);
    });
    if (answer === null) return;
    note(entry, answer);
    const delivered = await writeReply(this.exchange.response, this.#reply(answer));
    if (!delivered) answer.onLost();
  }

  async #answerThenSpoil(raw: RawRequest | null, rule: Misbehaviour, entry: LoggedRequest): Promise<void> {
    const answer = await this.#faultsAnswered(raw, () => this.#perform(raw));
    if (answer === null) return;
    if (!REACHES_THE_CLIENT.includes(rule.do)) answer.onLost();
    note(entry, answer);
    await this.#spoil(raw, rule, answer);
  }

  async #spoil(raw: RawRequest | null, rule: Misbehaviour, answer: Answer): Promise<void> {
    const { response } = this.exchange;
    switch (rule.do) {
      case 'clear':
        await writeReply(response, clearReply(answer, null));
        return;
      case 'bad-seal':
        await writeReply(response, withBrokenSeal(this.#reply(answer)));
        return;
      case 'wrong-sequence':
        this.#security?.skipSequence();
        await writeReply(response, this.#reply(answer));
        return;
      case 'truncated':
        return writeTruncated(response, this.#reply(answer));
      case 'slow':
        if (!(await writeSlowly(response, this.#reply(answer), rule))) answer.onLost();
        return;
      case 'no-exit-code':
        await writeReply(
          response,
          this.#reply({ ...answer, xml: answer.xml.replace(/<rsp:ExitCode>\d+<\/rsp:ExitCode>/, '') }),
        );
        return;
      case 'drop':
      case 'reset':
      case 'half-close':
      case 'stall':
      case 'fault':
      case 'status':
        return this.#interruptReply(raw, rule, answer);
    }
  }

  /** An interruption that was asked for after the operation: it was carried out, its reply is what suffers. */
  async #interruptReply(raw: RawRequest | null, rule: Misbehaviour, answer: Answer): Promise<void> {
    const late = await this.#faultsAnswered(raw, async () =>
      (await interrupt(rule, this.exchange, this.parts.misbehaviours.stalls)) === 'ended' ? null : answer,
    );
    if (late !== null) await writeReply(this.exchange.response, this.#reply(late));
    else if (rule.do === 'stall') answer.onLost();
  }

  async #faultsAnswered(raw: RawRequest | null, work: () => Promise<Answer | null>): Promise<Answer | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WsmanFault)) throw error;
      const xml = encodeFault(error.content, raw?.messageId ?? null, this.parts.machine);
      return { status: 500, xml, fault: error.content.code, onLost: ignored };
    }
  }

  async #perform(raw: RawRequest | null): Promise<Answer> {
    if (raw === null) throw wsmanFault('invalid-xml');
    // MS-WSMV 3.1.4.1.31.8.
    if (this.exchange.request.headers['transfer-encoding'] !== undefined) throw wsmanFault('not-supported');
    if (raw.operation === 'Identify')
      return { status: 200, xml: encodeIdentifyReply(WINDOWS_VERSION), fault: null, onLost: ignored };
    const request = readRequest(raw);
    const reply: ServiceReply = await this.parts.service.handle(request, {
      account: this.verdict.account,
      owner: this.parts.ownerOf(this.verdict.account),
      clientAddress: this.exchange.connection.clientAddress,
      gone: this.exchange.gone,
    });
    const xml = encodeReply({
      action: `${request.action}Response`,
      relatesTo: request.messageId,
      body: reply.body,
    });
    return { status: 200, xml, fault: null, onLost: reply.onLost ?? ignored };
  }

  #reply(answer: Answer): HttpReply {
    if (this.#security === null) return clearReply(answer, this.verdict.token);
    const headers = [...tokenHeaders(this.verdict.token), ['Content-Type', SEALED_CONTENT_TYPE]] as const;
    const body = sealBody(Buffer.from(answer.xml, 'utf8'), this.#security);
    return { status: answer.status, headers, body, close: false };
  }

  #logged(raw: RawRequest | null): LoggedRequest {
    return this.parts.log.add({
      operation: raw?.operation ?? 'Unknown',
      method: 'POST',
      action: raw?.action ?? null,
      messageId: raw?.messageId ?? null,
      at: this.parts.now().toISOString(),
      connection: this.exchange.connection.number,
      sealed: this.#security !== null,
    });
  }
}

function ignored(): void {
  // Nothing to undo: the operation has no output to give again.
}

function note(entry: LoggedRequest, answer: Answer): void {
  entry.status = answer.status;
  entry.fault = answer.fault;
}

function clearReply(answer: Answer, token: Buffer | null): HttpReply {
  const headers = [...tokenHeaders(token), ['Content-Type', SOAP_CONTENT_TYPE]] as const;
  return { status: answer.status, headers, body: Buffer.from(answer.xml, 'utf8'), close: false };
}

/** The same reply with the last byte of its ciphertext changed. */
function withBrokenSeal(reply: HttpReply): HttpReply {
  const body = Buffer.from(reply.body);
  const last = body.length - '--Encrypted Boundary--\r\n'.length - 1;
  body[last] = (body[last] ?? 0) ^ 0x01;
  return { ...reply, body };
}

function envelopeOrNull(text: string): RawRequest | null {
  try {
    return readEnvelope(text);
  } catch (error) {
    if (error instanceof WsmanFault) return null;
    throw error;
  }
}

function charsetOf(contentType: string | undefined): string | null {
  return /charset="?([^;"]+)/i.exec(contentType ?? '')?.[1] ?? null;
}
