import type { Element } from '@xmldom/xmldom';
import { parseDurationMs } from './duration.js';
import { wsmanFault } from './fault.js';
import { Namespace } from './namespaces.js';
import { operationOf, type OperationName } from './operation.js';
import { child, children, elements, parseXml, textOf } from './xml.js';

/** A request as the service understands it. */
export interface SoapRequest {
  readonly operation: OperationName;
  readonly action: string;
  readonly messageId: string;
  readonly to: string;
  readonly resourceUri: string;
  /** Null when the client left it to the service. */
  readonly operationTimeoutMs: number | null;
  readonly maxEnvelopeSize: number | null;
  /** Names in lower case: selectors are compared without regard to case (MS-WSMV 3.1.4.1.27). */
  readonly selectors: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
  readonly body: Element | null;
}

/** An envelope before its headers were judged: what a fault's reply and the request log need. */
export interface RawRequest {
  readonly operation: OperationName;
  readonly action: string | null;
  readonly messageId: string | null;
  readonly header: Element | null;
  readonly body: Element | null;
}

/** Below this MaxEnvelopeSize a service faults with EncodingLimit (MS-WSMV 2.2.4.22). */
const MINIMUM_ENVELOPE_SIZE = 8192;
/** A MessageID of any form is taken up to this length (MS-WSMV product note 47). */
const MAXIMUM_MESSAGE_ID_LENGTH = 2048;

/** Parses an envelope far enough to tell its operation. Throws WsmanFault. */
export function readEnvelope(text: string): RawRequest {
  const root = parseXml(text);
  if (root.namespaceURI !== Namespace.s || root.localName !== 'Envelope') throw wsmanFault('invalid-xml');
  const header = child(root, Namespace.s, 'Header');
  const body = elements(child(root, Namespace.s, 'Body'))[0] ?? null;
  const action = textOf(child(header, Namespace.a, 'Action'))?.trim() ?? null;
  const identify = body?.namespaceURI === Namespace.wsmid && body.localName === 'Identify';
  return {
    operation: identify ? 'Identify' : operationOf(action ?? ''),
    action,
    messageId: textOf(child(header, Namespace.a, 'MessageID'))?.trim() ?? null,
    header,
    body,
  };
}

/** Judges the headers (MS-WSMV 3.1.4.1). Throws WsmanFault for the first that is missing or wrong. */
export function readRequest(raw: RawRequest): SoapRequest {
  const { header } = raw;
  refuseMustUnderstandLocale(header);
  if (child(header, Namespace.a, 'ReplyTo') === null)
    throw wsmanFault('header-required', 'The ReplyTo header is missing.');
  return {
    operation: raw.operation,
    action: required(header, Namespace.a, 'Action'),
    messageId: messageIdOf(header),
    to: required(header, Namespace.a, 'To'),
    resourceUri: required(header, Namespace.w, 'ResourceURI'),
    operationTimeoutMs: operationTimeoutOf(header),
    maxEnvelopeSize: maxEnvelopeSizeOf(header),
    selectors: namedValues(child(header, Namespace.w, 'SelectorSet'), 'Selector'),
    options: namedValues(child(header, Namespace.w, 'OptionSet'), 'Option'),
    body: raw.body,
  };
}

function required(header: Element | null, namespace: string, name: string): string {
  const text = textOf(child(header, namespace, name))?.trim();
  if (text === undefined || text === '')
    throw wsmanFault('header-required', `The ${name} header is missing.`);
  return text;
}

function messageIdOf(header: Element | null): string {
  const element = child(header, Namespace.a, 'MessageID');
  if (element === null) throw wsmanFault('header-required', 'The MessageID header is missing.');
  const text = textOf(element)?.trim() ?? '';
  if (text === '' || text.length > MAXIMUM_MESSAGE_ID_LENGTH)
    throw wsmanFault('invalid-header', 'The MessageID is invalid.');
  return text;
}

function operationTimeoutOf(header: Element | null): number | null {
  const text = textOf(child(header, Namespace.w, 'OperationTimeout'));
  if (text === null) return null;
  const ms = parseDurationMs(text);
  if (ms === null) throw wsmanFault('invalid-header', `The OperationTimeout is invalid: ${text}`);
  return ms;
}

function maxEnvelopeSizeOf(header: Element | null): number | null {
  const text = textOf(child(header, Namespace.w, 'MaxEnvelopeSize'));
  if (text === null) return null;
  const size = Number(text.trim());
  if (!Number.isInteger(size)) throw wsmanFault('invalid-header', `The MaxEnvelopeSize is invalid: ${text}`);
  if (size < MINIMUM_ENVELOPE_SIZE) throw wsmanFault('encoding-limit');
  return size;
}

function refuseMustUnderstandLocale(header: Element | null): void {
  const locales = [child(header, Namespace.w, 'Locale'), child(header, Namespace.p, 'DataLocale')];
  const demanded = locales.some((locale) => isTrue(locale?.getAttributeNS(Namespace.s, 'mustUnderstand')));
  if (demanded) throw wsmanFault('unsupported-feature', 'A locale may not be marked mustUnderstand.');
}

function namedValues(set: Element | null, name: 'Selector' | 'Option'): Map<string, string> {
  return new Map(
    children(set, Namespace.w, name).map((element) => [
      (element.getAttribute('Name') ?? '').toLowerCase(),
      (element.textContent ?? '').trim(),
    ]),
  );
}

/** xs:boolean, in any case: pywinrm writes `TRUE`. */
export function isTrue(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && ['true', '1'].includes(text.toLowerCase());
}
