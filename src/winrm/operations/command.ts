import { CMD_SHELL_RESOURCE, Namespace } from '../soap/namespaces.js';
import type { OperationRequest } from '../soap/request-envelope.js';
import { child, XmlError, type XmlElement } from '../soap/xml-reader.js';
import { escapeXml } from '../soap/xml-text.js';

/** What cmd.exe takes at most, in characters. */
const MAX_COMMAND_LINE_LENGTH = 8191;

/** Names a command of a shell. */
export interface CommandReference {
  readonly shellId: string;
  readonly commandId: string;
}

/**
 * Command, [MS-WSMV] 3.1.4.11. The host joins command and arguments with blanks and gives the line to `cmd.exe /c`;
 * nothing is quoted on the way. Throws RangeError when the line is longer than cmd.exe takes.
 */
export const commandRequest = (
  shellId: string,
  command: string,
  args: readonly string[],
): OperationRequest => {
  const length = [command, ...args].join(' ').length;
  if (length > MAX_COMMAND_LINE_LENGTH) {
    throw new RangeError(
      `The command line has ${length} characters; cmd.exe takes ${MAX_COMMAND_LINE_LENGTH}`,
    );
  }
  const argumentsXml = args
    .map((argument) => `<rsp:Arguments>${escapeXml(argument)}</rsp:Arguments>`)
    .join('');
  return {
    action: `${Namespace.shell}/Command`,
    resource: CMD_SHELL_RESOURCE,
    selectors: { ShellId: shellId },
    // stdin as a pipe, so that its end is an end of file; 2012 R2 and later are documented to ignore both <117>.
    options: { WINRS_CONSOLEMODE_STDIN: 'FALSE', WINRS_SKIP_CMD_SHELL: 'FALSE' },
    body: `<rsp:CommandLine><rsp:Command>${escapeXml(command)}</rsp:Command>${argumentsXml}</rsp:CommandLine>`,
  };
};

/** The CommandId of a CommandResponse. */
export const parseCommandResponse = (body: XmlElement): string => {
  const response = child(body, Namespace.shell, 'CommandResponse');
  const commandId = child(response, Namespace.shell, 'CommandId')?.text.trim();
  if (!commandId) throw new XmlError('The CommandResponse has no CommandId');
  return commandId;
};

/** Send, [MS-WSMV] 3.1.4.13: bytes for the command's stdin, `end` closing it. */
export const sendRequest = (
  { shellId, commandId }: CommandReference,
  bytes: Uint8Array,
  end: boolean,
): OperationRequest => {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const endAttribute = end ? ' End="true"' : '';
  return {
    action: `${Namespace.shell}/Send`,
    resource: CMD_SHELL_RESOURCE,
    selectors: { ShellId: shellId },
    body: `<rsp:Send><rsp:Stream Name="stdin" CommandId="${escapeXml(commandId)}"${endAttribute}>${base64}</rsp:Stream></rsp:Send>`,
  };
};

/** Signal terminate, [MS-WSMV] 3.1.4.12: ends the command and frees what the host keeps for it. */
export const terminateRequest = ({ shellId, commandId }: CommandReference): OperationRequest => ({
  action: `${Namespace.shell}/Signal`,
  resource: CMD_SHELL_RESOURCE,
  selectors: { ShellId: shellId },
  body: `<rsp:Signal CommandId="${escapeXml(commandId)}"><rsp:Code>${Namespace.shell}/signal/terminate</rsp:Code></rsp:Signal>`,
});
