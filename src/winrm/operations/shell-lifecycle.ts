import { CMD_SHELL_RESOURCE, Namespace } from '../soap/namespaces.js';
import type { OperationRequest } from '../soap/request-envelope.js';
import { child, childrenOf, XmlError, type XmlElement } from '../soap/xml-reader.js';
import { escapeXml } from '../soap/xml-text.js';

const ACTION = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';

/** How a `cmd` shell is opened; what is left out is the host's default. */
export interface ShellOptions {
  /** Console code page of its programs, such as 65001. */
  readonly codepage?: number;
  /** Do not load the user's profile: faster, and HKEY_CURRENT_USER is the default user's. */
  readonly noProfile?: boolean;
  /** Seconds without any operation after which the host deletes the shell with its commands; 60 at least. */
  readonly idleTimeoutSeconds?: number;
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Create, [MS-WSMV] 3.1.4.5.2 with a Shell body (2.2.4.37). */
export const createRequest = (options: ShellOptions): OperationRequest => ({
  action: `${ACTION}/Create`,
  resource: CMD_SHELL_RESOURCE,
  options: {
    ...(options.noProfile !== undefined && { WINRS_NOPROFILE: options.noProfile ? 'TRUE' : 'FALSE' }),
    ...(options.codepage !== undefined && { WINRS_CODEPAGE: String(options.codepage) }),
  },
  // The order of the children is the schema's.
  body:
    '<rsp:Shell>' +
    environmentXml(options.environment) +
    optional('WorkingDirectory', options.workingDirectory) +
    optional('IdleTimeOut', options.idleTimeoutSeconds && `PT${options.idleTimeoutSeconds}S`) +
    '<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>',
});

/** The ShellId of a CreateResponse: that of the selector, which alone is there on every version. */
export const parseCreateResponse = (body: XmlElement): string => {
  const created = child(body, Namespace.transfer, 'ResourceCreated');
  const parameters = child(created, Namespace.addressing, 'ReferenceParameters');
  const selectors = childrenOf(
    child(parameters, Namespace.wsman, 'SelectorSet'),
    Namespace.wsman,
    'Selector',
  );
  const shellId = selectors.find((selector) => selector.attributes.get('Name')?.toLowerCase() === 'shellid');
  if (!shellId || shellId.text.trim() === '')
    throw new XmlError('The CreateResponse has no ShellId selector');
  return shellId.text.trim();
};

/** Delete, [MS-WSMV] 3.1.4.4: ends the shell and kills its commands. */
export const deleteRequest = (shellId: string): OperationRequest => ({
  action: `${ACTION}/Delete`,
  resource: CMD_SHELL_RESOURCE,
  selectors: { ShellId: shellId },
  body: '',
});

const environmentXml = (environment: Readonly<Record<string, string>> = {}): string => {
  const variables = Object.entries(environment).map(
    ([name, value]) => `<rsp:Variable Name="${escapeXml(name)}">${escapeXml(value)}</rsp:Variable>`,
  );
  return variables.length === 0 ? '' : `<rsp:Environment>${variables.join('')}</rsp:Environment>`;
};

const optional = (name: string, text: string | number | undefined): string =>
  text === undefined ? '' : `<rsp:${name}>${escapeXml(String(text))}</rsp:${name}>`;
