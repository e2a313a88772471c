import type { Element } from '@xmldom/xmldom';
import { formatIdleTimeout, formatRunTime, parseDurationMs } from '../soap/duration.js';
import { escapeXml } from '../soap/escape.js';
import { wsmanFault } from '../soap/fault.js';
import { CMD_SHELL_URI, Namespace } from '../soap/namespaces.js';
import { isTrue } from '../soap/request.js';
import { child, children, textOf } from '../soap/xml.js';
import type { ReceiveBatch } from './command.js';
import type { StreamName } from './output-queue.js';
import type { Shell } from './shell.js';

/** What `rsp:Shell` asks for (MS-WSMV 2.2.4.37). Absent fields are the service's to choose. */
export interface ShellRequest {
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDirectory: string | null;
  readonly idleTimeoutMs: number | null;
  readonly inputStreams: string;
  readonly outputStreams: string;
}

export function readShell(body: Element | null): ShellRequest {
  const idle = textOf(child(body, Namespace.rsp, 'IdleTimeOut'));
  const variables = children(child(body, Namespace.rsp, 'Environment'), Namespace.rsp, 'Variable');
  return {
    environment: new Map(
      variables.map((variable) => [variable.getAttribute('Name') ?? '', variable.textContent ?? '']),
    ),
    workingDirectory: textOf(child(body, Namespace.rsp, 'WorkingDirectory')),
    idleTimeoutMs: idle === null ? null : parseDurationMs(idle),
    inputStreams: textOf(child(body, Namespace.rsp, 'InputStreams')) ?? 'stdin',
    outputStreams: textOf(child(body, Namespace.rsp, 'OutputStreams')) ?? 'stdout stderr',
  };
}

/** The exact line that cmd.exe is given: the command, then each argument after a space (MS-WSMV 3.1.4.11). */
export function readCommandLine(body: Element | null): string {
  const command = textOf(child(body, Namespace.rsp, 'Command'))?.trim();
  if (command === undefined || command === '') throw wsmanFault('invalid-parameter');
  const given = children(body, Namespace.rsp, 'Arguments').map((argument) => argument.textContent ?? '');
  return [command, ...given].join(' ');
}

export interface SendRequest {
  readonly commandId: string;
  readonly bytes: Buffer;
  readonly end: boolean;
}

export function readSend(body: Element | null): SendRequest {
  const streams = children(body, Namespace.rsp, 'Stream').filter(
    (stream) => stream.getAttribute('Name') === 'stdin',
  );
  const commandId = streams[0]?.getAttribute('CommandId');
  if (commandId === undefined || commandId === null) throw wsmanFault('invalid-parameter');
  return {
    commandId,
    bytes: Buffer.concat(streams.map((stream) => Buffer.from(stream.textContent ?? '', 'base64'))),
    end: streams.some((stream) => isTrue(stream.getAttribute('End'))),
  };
}

export interface ReceiveRequest {
  readonly commandId: string;
  readonly streams: readonly StreamName[];
}

export function readReceive(body: Element | null): ReceiveRequest {
  const desired = child(body, Namespace.rsp, 'DesiredStream');
  const commandId = desired?.getAttribute('CommandId');
  if (commandId === undefined || commandId === null || commandId === '')
    throw wsmanFault('invalid-parameter');
  const names = (textOf(desired) ?? '').trim().split(/\s+/);
  return { commandId, streams: (['stdout', 'stderr'] as const).filter((name) => names.includes(name)) };
}

export interface SignalRequest {
  readonly commandId: string;
  /** The last part of the signal's URI, in lower case: clients write both `terminate` and `Terminate`. */
  readonly signal: string;
}

export function readSignal(body: Element | null): SignalRequest {
  const commandId = body?.getAttribute('CommandId');
  if (commandId === undefined || commandId === null) throw wsmanFault('invalid-parameter');
  const code = textOf(child(body, Namespace.rsp, 'Code'))?.trim() ?? '';
  return { commandId, signal: code.slice(code.lastIndexOf('/') + 1).toLowerCase() };
}

export function encodeCreated(shell: Shell, address: string, now: Date): string {
  const { settings } = shell;
  const age = formatRunTime(now.getTime() - settings.createdAt.getTime());
  return (
    `<x:ResourceCreated><a:Address>${escapeXml(address)}</a:Address><a:ReferenceParameters>` +
    `<w:ResourceURI>${CMD_SHELL_URI}</w:ResourceURI><w:SelectorSet>` +
    `<w:Selector Name="ShellId">${shell.id}</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>` +
    `<rsp:Shell><rsp:ShellId>${shell.id}</rsp:ShellId><rsp:ResourceUri>${CMD_SHELL_URI}</rsp:ResourceUri>` +
    `<rsp:Owner>${escapeXml(settings.user)}</rsp:Owner><rsp:ClientIP>${escapeXml(settings.clientAddress)}</rsp:ClientIP>` +
    `<rsp:IdleTimeOut>${formatIdleTimeout(settings.idleTimeoutMs)}</rsp:IdleTimeOut>` +
    `<rsp:InputStreams>${escapeXml(settings.inputStreams)}</rsp:InputStreams>` +
    `<rsp:OutputStreams>${escapeXml(settings.outputStreams)}</rsp:OutputStreams>` +
    `<rsp:ShellRunTime>${age}</rsp:ShellRunTime><rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>`
  );
}

/** A Stream element per chunk, an empty one per stream that ended, then the state: the recorded form. */
export function encodeReceived(commandId: string, batch: ReceiveBatch): string {
  const open = (name: StreamName) => `<rsp:Stream Name="${name}" CommandId="${commandId}"`;
  const data = batch.chunks.map(
    (chunk) => `${open(chunk.stream)}>${chunk.bytes.toString('base64')}</rsp:Stream>`,
  );
  const ends = batch.ends.map((name) => `${open(name)} End="true"></rsp:Stream>`);
  const exitCode = batch.exitCode === null ? '' : `<rsp:ExitCode>${batch.exitCode}</rsp:ExitCode>`;
  return (
    `<rsp:ReceiveResponse>${data.join('')}${ends.join('')}` +
    `<rsp:CommandState CommandId="${commandId}" State="${Namespace.rsp}/CommandState/${batch.state}">${exitCode}` +
    `</rsp:CommandState></rsp:ReceiveResponse>`
  );
}
