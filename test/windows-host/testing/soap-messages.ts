import { randomUUID } from 'node:crypto';

const RSP = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';
const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';

export interface SoapOptions {
  readonly shellId?: string;
  readonly messageId?: string;
  readonly operationTimeout?: string;
  readonly maxEnvelopeSize?: number;
  readonly resourceUri?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** Names of headers to leave out. */
  readonly without?: readonly string[];
  /** Further header elements. */
  readonly extra?: string;
}

function envelope(action: string, body: string, options: SoapOptions = {}): string {
  const header: Record<string, string> = {
    Action: `<a:Action s:mustUnderstand="true">${action}</a:Action>`,
    MaxEnvelopeSize: `<w:MaxEnvelopeSize s:mustUnderstand="true">${options.maxEnvelopeSize ?? 512000}</w:MaxEnvelopeSize>`,
    MessageID: `<a:MessageID>${options.messageId ?? `uuid:${randomUUID().toUpperCase()}`}</a:MessageID>`,
    OperationTimeout: `<w:OperationTimeout>${options.operationTimeout ?? 'PT20S'}</w:OperationTimeout>`,
    ReplyTo:
      '<a:ReplyTo><a:Address s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>',
    ResourceURI: `<w:ResourceURI s:mustUnderstand="true">${options.resourceUri ?? `${RSP}/cmd`}</w:ResourceURI>`,
    To: '<a:To>http://localhost/wsman</a:To>',
    OptionSet: namedElements('Option', options.options ?? {}),
    SelectorSet: namedElements('Selector', options.shellId === undefined ? {} : { ShellId: options.shellId }),
  };
  for (const name of options.without ?? []) delete header[name];
  return (
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ` +
    `xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" xmlns:rsp="${RSP}">` +
    `<s:Header>${Object.values(header).join('')}${options.extra ?? ''}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

function namedElements(name: 'Option' | 'Selector', values: Readonly<Record<string, string>>): string {
  const elements = Object.entries(values).map(
    ([key, value]) => `<w:${name} Name="${key}">${value}</w:${name}>`,
  );
  return elements.length === 0 ? '' : `<w:${name}Set>${elements.join('')}</w:${name}Set>`;
}

export const createMessage = (options: SoapOptions = {}, shell = ''): string =>
  envelope(
    `${TRANSFER}/Create`,
    `<rsp:Shell>${shell}<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>`,
    options,
  );

export const commandMessage = (
  shellId: string,
  command: string,
  args: readonly string[] = [],
  options: SoapOptions = {},
): string =>
  envelope(
    `${RSP}/Command`,
    `<rsp:CommandLine><rsp:Command>${command}</rsp:Command>${args.map((arg) => `<rsp:Arguments>${arg}</rsp:Arguments>`).join('')}</rsp:CommandLine>`,
    { ...options, shellId },
  );

export const sendMessage = (shellId: string, commandId: string, bytes: Buffer, end = false): string =>
  envelope(
    `${RSP}/Send`,
    `<rsp:Send><rsp:Stream Name="stdin" CommandId="${commandId}"${end ? ' End="true"' : ''}>${bytes.toString('base64')}</rsp:Stream></rsp:Send>`,
    { shellId },
  );

export const receiveMessage = (
  shellId: string,
  commandId: string | null,
  options: SoapOptions = {},
): string =>
  envelope(
    `${RSP}/Receive`,
    `<rsp:Receive><rsp:DesiredStream${commandId === null ? '' : ` CommandId="${commandId}"`}>stdout stderr</rsp:DesiredStream></rsp:Receive>`,
    { ...options, shellId },
  );

export const signalMessage = (shellId: string, commandId: string, signal = 'terminate'): string =>
  envelope(
    `${RSP}/Signal`,
    `<rsp:Signal CommandId="${commandId}"><rsp:Code>${RSP}/signal/${signal}</rsp:Code></rsp:Signal>`,
    { shellId },
  );

export const deleteMessage = (shellId: string): string => envelope(`${TRANSFER}/Delete`, '', { shellId });

export const getMessage = (options: SoapOptions): string => envelope(`${TRANSFER}/Get`, '', options);

export const identifyMessage = (): string =>
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>';
