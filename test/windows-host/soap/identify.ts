import { Namespace } from './namespaces.js';

const PROTOCOL_VERSION = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd';

/** What a service without authentication says of itself: the version of Windows stays hidden (MS-WSMV product note 72). */
const HIDDEN_VERSION = 'OS: 0.0.0 SP: 0.0 Stack: 2.0';

/** The reply to Identify (DMTF DSP0226 section 11). `version` is shown to an authenticated caller only. */
export function encodeIdentifyReply(version: string | null): string {
  return (
    `<s:Envelope xml:lang="en-US" xmlns:s="${Namespace.s}"><s:Header/><s:Body>` +
    `<wsmid:IdentifyResponse xmlns:wsmid="${Namespace.wsmid}">` +
    `<wsmid:ProtocolVersion>${PROTOCOL_VERSION}</wsmid:ProtocolVersion>` +
    `<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>` +
    `<wsmid:ProductVersion>${version ?? HIDDEN_VERSION}</wsmid:ProductVersion>` +
    `</wsmid:IdentifyResponse></s:Body></s:Envelope>`
  );
}
