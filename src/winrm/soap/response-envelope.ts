import { Namespace } from './namespaces.js';
import type { Fault } from '../errors.js';
import { parseFault } from './fault.js';
import { child, parseXml, XmlError, type XmlElement } from './xml-reader.js';

/** An answer: its body, or the fault in place of it. */
export interface ResponseEnvelope {
  readonly action: string;
  /** The MessageID that this answers; undefined in some faults. */
  readonly relatesTo: string | undefined;
  readonly body: XmlElement;
  readonly fault: Fault | undefined;
}

/** Reads a SOAP 1.2 envelope. Throws XmlError when it is not one. */
export const parseEnvelope = (xml: string): ResponseEnvelope => {
  const envelope = parseXml(xml);
  const body = child(envelope, Namespace.soap, 'Body');
  if (envelope.namespace !== Namespace.soap || envelope.name !== 'Envelope' || !body) {
    throw new XmlError('The document is not a SOAP 1.2 envelope');
  }
  const header = child(envelope, Namespace.soap, 'Header');
  const fault = child(body, Namespace.soap, 'Fault');
  return {
    action: headerText(header, 'Action') ?? '',
    relatesTo: headerText(header, 'RelatesTo'),
    body,
    fault: fault && parseFault(fault),
  };
};

const headerText = (header: XmlElement | undefined, name: string): string | undefined =>
  child(header, Namespace.addressing, name)?.text.trim();
