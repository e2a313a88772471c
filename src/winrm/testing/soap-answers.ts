import { Namespace } from '../soap/namespaces.js';

/** The SOAP body of an answer, without its envelope. */
export const SHELL_ID = '11111111-AAAA-4AAA-8AAA-111111111111';
export const COMMAND_ID = '22222222-BBBB-4BBB-8BBB-222222222222';

const STATE = `${Namespace.shell}/CommandState`;

export const shellCreated =
  `<x:ResourceCreated xmlns:x="${Namespace.transfer}"><a:Address>http://h/wsman</a:Address><a:ReferenceParameters>` +
  `<w:SelectorSet xmlns:w="${Namespace.wsman}"><w:Selector Name="ShellId">${SHELL_ID}</w:Selector></w:SelectorSet>` +
  '</a:ReferenceParameters></x:ResourceCreated>';

export const commandStarted = `<rsp:CommandResponse><rsp:CommandId>${COMMAND_ID}</rsp:CommandId></rsp:CommandResponse>`;

export const sent = '<rsp:SendResponse/>';
export const signalled = '<rsp:SignalResponse/>';
export const deleted = '';

/** One piece of output. */
export const stream = (name: 'stdout' | 'stderr', bytes: Uint8Array | string): string =>
  `<rsp:Stream Name="${name}" CommandId="${COMMAND_ID}">${Buffer.from(bytes as Uint8Array).toString('base64')}</rsp:Stream>`;

/** A ReceiveResponse of a command that goes on. */
export const running = (...streams: string[]): string =>
  `<rsp:ReceiveResponse>${streams.join('')}<rsp:CommandState CommandId="${COMMAND_ID}" State="${STATE}/Running"/></rsp:ReceiveResponse>`;

/** A ReceiveResponse of a command that has ended; null: without an ExitCode. */
export const done = (exitCode: number | null, ...streams: string[]): string => {
  const code = exitCode === null ? '' : `<rsp:ExitCode>${exitCode}</rsp:ExitCode>`;
  const state = `<rsp:CommandState CommandId="${COMMAND_ID}" State="${STATE}/Done">${code}</rsp:CommandState>`;
  return `<rsp:ReceiveResponse>${streams.join('')}${state}</rsp:ReceiveResponse>`;
};

/** A fault in the WSManFault shape. */
export const faultBody = (code: number, subcode: string, text: string): string =>
  `<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:${subcode}</s:Value></s:Subcode></s:Code>` +
  `<s:Reason><s:Text xml:lang="en-US">${text}</s:Text></s:Reason><s:Detail>` +
  `<f:WSManFault xmlns:f="${Namespace.fault}" Code="${code}" Machine="web01"><f:Message>${text}</f:Message></f:WSManFault>` +
  '</s:Detail></s:Fault>';

/** The envelope around a body. */
export const envelope = (body: string, relatesTo: string): string =>
  `<s:Envelope xml:lang="en-US" xmlns:s="${Namespace.soap}" xmlns:a="${Namespace.addressing}" xmlns:rsp="${Namespace.shell}">` +
  `<s:Header><a:Action>answer</a:Action><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
