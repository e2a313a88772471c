import { randomUUID } from 'node:crypto';
import { ANONYMOUS_ADDRESS, Namespace } from './namespaces.js';
import { escapeXml } from './xml-text.js';

/**
 * The largest response we ask for, in bytes: what a default host (2012 and later) grants at most. Less than 8192
 * is refused, more is silently lowered ([MS-WSMV] 3.1.4.1.20).
 */
export const MAX_ENVELOPE_BYTES = 512_000;

/** What one operation says, before it is addressed to a host. */
export interface OperationRequest {
  readonly action: string;
  readonly resource: string;
  readonly selectors?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  /** The content of the SOAP body, escaped. */
  readonly body: string;
}

/** Where the request goes and how long the host may think. */
export interface EnvelopeContext {
  readonly url: string;
  /** One per session, `uuid:` and a GUID. */
  readonly sessionId: string;
  readonly operationTimeoutSeconds: number;
}

/** A request on the wire and the id that its answer must relate to. */
export interface RequestEnvelope {
  readonly messageId: string;
  readonly xml: string;
}

/** An upper-case `uuid:` name, the form that Windows itself sends. */
export const uuidName = (): string => `uuid:${randomUUID().toUpperCase()}`;

/** Writes the SOAP envelope with the header set that Windows 2008 R2 to 2019 were recorded to accept. */
export const buildEnvelope = (request: OperationRequest, context: EnvelopeContext): RequestEnvelope => {
  const messageId = uuidName();
  const header = [
    must('wsa:Action', request.action),
    // true would be answered with UnsupportedFeature ([MS-WSMV] 3.1.4.1.4)
    '<wsmv:DataLocale s:mustUnderstand="false" xml:lang="en-US"/>',
    '<wsman:Locale s:mustUnderstand="false" xml:lang="en-US"/>',
    must('wsman:MaxEnvelopeSize', String(MAX_ENVELOPE_BYTES)),
    `<wsa:MessageID>${messageId}</wsa:MessageID>`,
    `<wsman:OperationTimeout>PT${context.operationTimeoutSeconds}S</wsman:OperationTimeout>`,
    `<wsa:ReplyTo>${must('wsa:Address', ANONYMOUS_ADDRESS)}</wsa:ReplyTo>`,
    must('wsman:ResourceURI', request.resource),
    `<wsmv:SessionId s:mustUnderstand="false">${context.sessionId}</wsmv:SessionId>`,
    `<wsa:To>${escapeXml(context.url)}</wsa:To>`,
    named('wsman:OptionSet', 'wsman:Option', request.options),
    named('wsman:SelectorSet', 'wsman:Selector', request.selectors),
  ];
  return {
    messageId,
    xml: `${OPENING}<s:Header>${header.join('')}</s:Header><s:Body>${request.body}</s:Body></s:Envelope>`,
  };
};

const OPENING =
  `<s:Envelope xmlns:s="${Namespace.soap}" xmlns:wsa="${Namespace.addressing}" xmlns:wsman="${Namespace.wsman}"` +
  ` xmlns:wsmv="${Namespace.wsmanMicrosoft}" xmlns:rsp="${Namespace.shell}">`;

const must = (name: string, text: string): string =>
  `<${name} s:mustUnderstand="true">${escapeXml(text)}</${name}>`;

const named = (set: string, item: string, values: Readonly<Record<string, string>> = {}): string => {
  const items = Object.entries(values).map(
    ([name, value]) => `<${item} Name="${escapeXml(name)}">${escapeXml(value)}</${item}>`,
  );
  return items.length === 0 ? '' : `<${set}>${items.join('')}</${set}>`;
};
