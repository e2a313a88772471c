import { CMD_SHELL_RESOURCE, Namespace } from '../soap/namespaces.js';
import type { OperationRequest } from '../soap/request-envelope.js';
import { child, childrenOf, XmlError, type XmlElement } from '../soap/xml-reader.js';
import { escapeXml } from '../soap/xml-text.js';
import type { CommandReference } from './command.js';

const DONE = `${Namespace.shell}/CommandState/Done`;

/** A piece of output as the host cut it: a character may begin in one chunk and end in the next of its stream. */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** One answer to Receive. */
export interface ReceiveResult {
  readonly chunks: readonly OutputChunk[];
  readonly done: boolean;
  /** Unsigned 32-bit; null when the command goes on, or ended without the host saying how. */
  readonly exitCode: number | null;
}

/** Receive, [MS-WSMV] 3.1.4.14: waits up to OperationTimeout for output. May be repeated when its answer was lost. */
export const receiveRequest = ({ shellId, commandId }: CommandReference): OperationRequest => ({
  action: `${Namespace.shell}/Receive`,
  resource: CMD_SHELL_RESOURCE,
  selectors: { ShellId: shellId },
  options: { WSMAN_CMDSHELL_OPTION_KEEPALIVE: 'TRUE' },
  body: `<rsp:Receive><rsp:DesiredStream CommandId="${escapeXml(commandId)}">stdout stderr</rsp:DesiredStream></rsp:Receive>`,
});

/**
 * Reads a ReceiveResponse. Only CommandState Done ends a command, never a stream's End; an exit code is read only
 * with Done, since one was seen with Running as well. Throws XmlError when it speaks of another command.
 */
export const parseReceiveResponse = (body: XmlElement, commandId: string): ReceiveResult => {
  const response = child(body, Namespace.shell, 'ReceiveResponse');
  if (!response) throw new XmlError('The answer is not a ReceiveResponse');
  const streams = childrenOf(response, Namespace.shell, 'Stream');
  const states = childrenOf(response, Namespace.shell, 'CommandState');
  for (const element of [...streams, ...states]) requireCommand(element, commandId);
  // More than one state may appear (seen by overthere, #79): Done counts.
  const done = states.find((state) => state.attributes.get('State') === DONE);
  return {
    chunks: streams.map(parseStream).filter(({ bytes }) => bytes.length > 0),
    done: done !== undefined,
    exitCode: parseExitCode(child(done, Namespace.shell, 'ExitCode')?.text),
  };
};

const requireCommand = (element: XmlElement, commandId: string): void => {
  const id = element.attributes.get('CommandId');
  if (id === undefined || id.toLowerCase() === commandId.toLowerCase()) return;
  throw new XmlError('The ReceiveResponse speaks of another command');
};

const parseStream = (element: XmlElement): OutputChunk => {
  const stream = element.attributes.get('Name')?.toLowerCase();
  if (stream !== 'stdout' && stream !== 'stderr')
    throw new XmlError('The ReceiveResponse has an unknown stream');
  const text = element.text.trim();
  if (!/^[A-Za-z0-9+/\s]*={0,2}$/.test(text))
    throw new XmlError('A stream of the ReceiveResponse is not Base64');
  return { stream, bytes: Buffer.from(text, 'base64') };
};

const parseExitCode = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  if (!/^\s*[+-]?\d{1,20}\s*$/.test(text))
    throw new XmlError('The exit code of the ReceiveResponse is not a number');
  return Number(BigInt.asUintN(32, BigInt(text.trim().replace('+', ''))));
};
