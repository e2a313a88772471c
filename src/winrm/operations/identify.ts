import { Namespace } from '../soap/namespaces.js';
import { child, XmlError, type XmlElement } from '../soap/xml-reader.js';

/** What a host says of itself before anyone has logged on. */
export interface HostIdentity {
  readonly protocolVersion: string;
  readonly productVendor: string;
  readonly productVersion: string;
}

/** Identify, DSP0226 section 11: the one request that needs neither header nor credentials. */
export const IDENTIFY_ENVELOPE =
  `<s:Envelope xmlns:s="${Namespace.soap}" xmlns:wsmid="${Namespace.identity}">` +
  '<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>';

/** Reads an IdentifyResponse. Throws XmlError when it is something else. */
export const parseIdentifyResponse = (body: XmlElement): HostIdentity => {
  const response = child(body, Namespace.identity, 'IdentifyResponse');
  if (!response) throw new XmlError('The answer is not an IdentifyResponse');
  const text = (name: string): string => child(response, Namespace.identity, name)?.text.trim() ?? '';
  return {
    protocolVersion: text('ProtocolVersion'),
    productVendor: text('ProductVendor'),
    productVersion: text('ProductVersion'),
  };
};
