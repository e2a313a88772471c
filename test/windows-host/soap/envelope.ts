import { v4 as uuid } from 'uuid';
import { escapeXml } from './escape.js';
import type { FaultContent } from './fault.js';
import { ANONYMOUS, FAULT_ACTION, Namespace } from './namespaces.js';

const DECLARED = (['s', 'a', 'x', 'e', 'n', 'w', 'rsp', 'p'] as const)
  .map((prefix) => `xmlns:${prefix}="${Namespace[prefix]}"`)
  .join(' ');

/** An upper-case GUID, as Windows writes them. */
export function newGuid(): string {
  return uuid().toUpperCase();
}

/** A reply in the header order that Windows uses. `body` is XML with the prefixes of `Namespace`. */
export function encodeReply(reply: {
  readonly action: string;
  readonly relatesTo: string | null;
  readonly body: string;
}): string {
  const relates = reply.relatesTo === null ? '' : `<a:RelatesTo>${escapeXml(reply.relatesTo)}</a:RelatesTo>`;
  return (
    `<s:Envelope xml:lang="en-US" ${DECLARED}><s:Header>` +
    `<a:Action>${escapeXml(reply.action)}</a:Action><a:MessageID>uuid:${newGuid()}</a:MessageID>` +
    `<a:To>${ANONYMOUS}</a:To>${relates}</s:Header><s:Body>${reply.body}</s:Body></s:Envelope>`
  );
}

/** A fault in either of the two shapes of detail. */
export function encodeFault(fault: FaultContent, relatesTo: string | null, machine: string): string {
  const detail = fault.shape === 'WSManFault' ? wsmanDetail(fault, machine) : wmiDetail(fault);
  const body =
    `<s:Fault><s:Code><s:Value>s:${fault.role}</s:Value><s:Subcode><s:Value>${fault.subcode}</s:Value></s:Subcode></s:Code>` +
    `<s:Reason><s:Text xml:lang="en-US">${escapeXml(fault.text)} </s:Text></s:Reason><s:Detail>${detail}</s:Detail></s:Fault>`;
  // Quota faults were recorded without RelatesTo.
  return encodeReply({
    action: FAULT_ACTION,
    relatesTo: fault.shape === 'MSFT_WmiError' ? null : relatesTo,
    body,
  });
}

function wsmanDetail(fault: FaultContent, machine: string): string {
  const text = escapeXml(fault.text);
  const message = fault.fromShellPlugin
    ? `<f:ProviderFault provider="Shell cmd plugin" path="%systemroot%\\system32\\winrscmd.dll">${text} </f:ProviderFault>`
    : `${text} `;
  const faultDetail =
    fault.faultDetail === undefined
      ? ''
      : `<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/${fault.faultDetail}</w:FaultDetail>`;
  return (
    `${faultDetail}<f:WSManFault xmlns:f="${Namespace.f}" Code="${fault.code}" Machine="${escapeXml(machine)}">` +
    `<f:Message>${message}</f:Message></f:WSManFault>`
  );
}

const WMI_ERROR = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError';

/** The part of an MSFT_WmiError that says something, in the recorded order. */
function wmiDetail(fault: FaultContent): string {
  const field = (name: string, type: string, value: string) =>
    `<p:${name} xsi:type="cim:cim${type}">${escapeXml(value)}</p:${name}>`;
  return (
    `<p:MSFT_WmiError b:IsCIM_Error="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
    `xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" xmlns:p="${WMI_ERROR}" ` +
    `xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xsi:type="p:MSFT_WmiError_Type">` +
    field('CIMStatusCode', 'UnsignedInt', '27') +
    `<p:ErrorSource xsi:type="cim:cimString" xsi:nil="true"/>` +
    field('Message', 'String', `${fault.text} `) +
    field('MessageID', 'String', `HRESULT 0x${fault.code.toString(16)}`) +
    field('error_Category', 'UnsignedInt', '30') +
    field('error_Code', 'UnsignedInt', String(fault.code)) +
    field('error_Type', 'String', 'HRESULT') +
    field('error_WindowsErrorMessage', 'String', `${fault.text} `) +
    `</p:MSFT_WmiError>`
  );
}
