/** A WS-Management fault: thrown where it is found, answered as HTTP 500 with a SOAP body. */
export class WsmanFault extends Error {
  constructor(readonly content: FaultContent) {
    super(content.text);
  }
}

export interface FaultContent {
  /** The unsigned 32-bit code of the detail. */
  readonly code: number;
  readonly role: 'Sender' | 'Receiver';
  /** `w:TimedOut`. */
  readonly subcode: string;
  readonly text: string;
  /** Windows has two shapes of detail: most faults use WSManFault, quotas MSFT_WmiError. */
  readonly shape: 'WSManFault' | 'MSFT_WmiError';
  /** The last part of a faultDetail URI. */
  readonly faultDetail?: string;
  /** True when the shell plugin speaks, which nests its message in a ProviderFault. */
  readonly fromShellPlugin?: boolean;
}

type FaultKind =
  | 'timed-out'
  | 'unknown-shell'
  | 'unknown-command'
  | 'shells-quota'
  | 'operations-quota'
  | 'access-denied'
  | 'not-supported'
  | 'invalid-parameter'
  | 'busy'
  | 'aborted'
  | 'file-not-found'
  | 'action-not-supported'
  | 'resource-not-found'
  | 'header-required'
  | 'invalid-header'
  | 'encoding-limit'
  | 'unsupported-feature'
  | 'invalid-options'
  | 'invalid-xml';

type Extra = Pick<FaultContent, 'faultDetail' | 'fromShellPlugin'>;

function faultOf(role: FaultContent['role']) {
  return (code: number, subcode: string, text: string, extra: Extra = {}): FaultContent => ({
    code,
    role,
    subcode,
    text,
    shape: 'WSManFault',
    ...extra,
  });
}

/** The request is at fault. */
const sender = faultOf('Sender');
/** The service is. */
const receiver = faultOf('Receiver');

const selectors = { faultDetail: 'UnexpectedSelectors' };
const plugin = { fromShellPlugin: true };

/** Codes, subcodes and shapes as recorded from Windows or defined in wsmerror.h; the texts are ours. */
const FAULTS: Readonly<Record<FaultKind, FaultContent>> = {
  'timed-out': receiver(2150858793, 'w:TimedOut', 'The operation did not end within its OperationTimeout.'),
  'unknown-shell': sender(2150858843, 'w:InvalidSelectors', 'No shell has this ShellId.', selectors),
  'unknown-command': sender(
    2150858843,
    'w:InvalidSelectors',
    'The shell has no such command, or it has ended.',
    selectors,
  ),
  'shells-quota': {
    ...sender(2150859173, 'w:QuotaLimit', 'The user has reached the quota of concurrent shells.'),
    shape: 'MSFT_WmiError',
  },
  'operations-quota': {
    ...receiver(2150859174, 'w:InternalError', 'The user has reached the quota of concurrent operations.'),
    shape: 'MSFT_WmiError',
  },
  'access-denied': sender(5, 'w:AccessDenied', 'Access is denied.'),
  'not-supported': receiver(50, 'w:InternalError', 'The request is not supported.'),
  'invalid-parameter': sender(87, 'w:InvalidParameter', 'The parameter is incorrect.', {
    ...plugin,
    faultDetail: 'InvalidValue',
  }),
  busy: receiver(170, 'w:InternalError', 'The requested resource is in use.'),
  aborted: receiver(
    995,
    'w:InternalError',
    'The operation was aborted: its shell was closed or the service stops.',
  ),
  'file-not-found': receiver(2147942402, 'w:InternalError', 'The file was not found.', plugin),
  'action-not-supported': sender(
    2150858771,
    'a:ActionNotSupported',
    'The resource does not support this action.',
  ),
  'resource-not-found': sender(2150858752, 'a:DestinationUnreachable', 'No resource has this URI.', {
    faultDetail: 'InvalidResourceURI',
  }),
  'header-required': sender(
    2150858769,
    'a:MessageInformationHeaderRequired',
    'A required SOAP header is missing.',
  ),
  'invalid-header': sender(2150858767, 'a:InvalidMessageInformationHeader', 'A SOAP header is invalid.'),
  'encoding-limit': sender(2150858805, 'w:EncodingLimit', 'MaxEnvelopeSize is less than 8192.', {
    faultDetail: 'MinimumEnvelopeLimit',
  }),
  'unsupported-feature': sender(
    2150858818,
    'w:UnsupportedFeature',
    'A header that must be understood is not supported.',
  ),
  'invalid-options': sender(
    2150858809,
    'w:InvalidOptions',
    'An option that must be complied with is unknown.',
  ),
  'invalid-xml': sender(2150858817, 'w:SchemaValidationError', 'The request is no valid SOAP message.'),
};

/** The fault of this kind; `text` replaces the usual one. */
export function wsmanFault(kind: FaultKind, text?: string): WsmanFault {
  const content = FAULTS[kind];
  return new WsmanFault(text === undefined ? content : { ...content, text });
}

/** The fault with this code, for a misbehaviour asked for by number. A code that is not in the list gets w:InternalError. */
export function wsmanFaultByCode(code: number): WsmanFault {
  const known = Object.values(FAULTS).find((content) => content.code === code);
  return new WsmanFault(known ?? receiver(code, 'w:InternalError', `Fault ${code}, as the test asked.`));
}
