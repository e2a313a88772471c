import type { Fault } from '../errors.js';
import { Namespace } from './namespaces.js';
import { child, type XmlElement } from './xml-reader.js';

/** The longest text of a fault that is kept: it is a host's word and ends in logs. */
const MAX_TEXT_LENGTH = 2_000;

/**
 * Reads a `s:Fault` in both shapes that Windows sends: Detail with a WSManFault ([MS-WSMV] 2.2.4.43) or with an
 * MSFT_WmiError ([MS-WSMV] 3.1.4.1.33).
 */
export const parseFault = (fault: XmlElement): Fault => {
  const detail = child(fault, Namespace.soap, 'Detail');
  const wsmanFault = child(detail, Namespace.fault, 'WSManFault');
  const wmiError = child(detail, Namespace.wmiError, 'MSFT_WmiError');
  const reason = child(child(fault, Namespace.soap, 'Reason'), Namespace.soap, 'Text')?.text ?? '';
  return {
    faultCode: parseCode(wsmanFault?.attributes.get('Code')) ?? wmiErrorCode(wmiError),
    subcode: subcodeOf(fault),
    text: tidy(deepestMessage(wsmanFault)) || tidy(wmiMessage(wmiError)) || tidy(reason),
  };
};

const subcodeOf = (fault: XmlElement): string => {
  const code = child(fault, Namespace.soap, 'Code');
  const value = child(child(code, Namespace.soap, 'Subcode'), Namespace.soap, 'Value')?.text.trim() ?? '';
  return value.slice(value.indexOf(':') + 1);
};

// The provider's own fault is nested in the service's and says more (seen: "The specified class does not exist").
const deepestMessage = (wsmanFault: XmlElement | undefined): string => {
  const message = child(wsmanFault, Namespace.fault, 'Message');
  const provider = child(message, Namespace.fault, 'ProviderFault');
  const nested = child(provider, Namespace.fault, 'WSManFault');
  if (nested) return deepestMessage(nested);
  return tidy(provider?.text ?? '') || (message?.text ?? '');
};

const wmiMessage = (error: XmlElement | undefined): string =>
  child(error, Namespace.wmiError, 'Message')?.text ?? '';

const wmiErrorCode = (error: XmlElement | undefined): number | null => {
  const hresult = /0x([0-9a-f]{1,8})/i.exec(child(error, Namespace.wmiError, 'MessageID')?.text ?? '')?.[1];
  return (
    parseCode(child(error, Namespace.wmiError, 'error_Code')?.text) ??
    (hresult ? Number.parseInt(hresult, 16) : null)
  );
};

// Unsigned by the schema; a signed one is taken for the same 32 bits.
const parseCode = (text: string | undefined): number | null => {
  if (text === undefined || !/^\s*-?\d{1,10}\s*$/.test(text)) return null;
  return Number(text) >>> 0;
};

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT_LENGTH);
