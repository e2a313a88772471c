/** What was being done when it failed. */
export type WinrmPhase =
  | 'resolve'
  | 'connect'
  | 'tls'
  | 'identify'
  | 'authenticate'
  | 'create'
  | 'command'
  | 'send'
  | 'receive'
  | 'signal'
  | 'delete';

/**
 * Whether the host may have acted on the request: `no`, it never left; `maybe`, it left and no answer came;
 * `yes`, the host answered.
 */
export type WinrmSent = 'no' | 'maybe' | 'yes';

/** What every error of this library knows. */
export interface WinrmErrorFields {
  readonly phase: WinrmPhase;
  readonly sent: WinrmSent;
  /** What an operator should look at next. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** The root of this library's errors, which form a tree by who is speaking. */
export abstract class WinrmError extends Error {
  /** Stable, for programs; the message is for people. */
  abstract readonly code: string;
  readonly phase: WinrmPhase;
  readonly sent: WinrmSent;
  readonly hint: string;

  constructor(message: string, { phase, sent, hint, cause }: WinrmErrorFields) {
    super(message, { cause });
    this.name = new.target.name;
    this.phase = phase;
    this.sent = sent;
    this.hint = hint;
  }
}

export type TransportErrorCode =
  | 'dns-not-found'
  | 'connection-refused'
  | 'connect-timeout'
  | 'host-unreachable'
  | 'connection-reset'
  | 'tls-untrusted'
  | 'tls-fingerprint-mismatch'
  | 'tls-failed'
  | 'timed-out';

/** The network spoke, or nobody did. */
export class TransportError extends WinrmError {
  constructor(
    readonly code: TransportErrorCode,
    message: string,
    fields: WinrmErrorFields,
  ) {
    super(message, fields);
  }
}

export type AuthenticationErrorCode =
  | 'bad-credentials'
  | 'mechanism-not-offered'
  | 'basic-needs-verified-tls'
  | 'bad-user-name'
  | 'bad-challenge'
  | 'downgrade'
  | 'clear-text-refused'
  | 'bad-seal'
  | 'seal-refused'
  | 'authentication-lost';

/** Either side does not accept the other as who it claims to be. */
export class AuthenticationError extends WinrmError {
  constructor(
    readonly code: AuthenticationErrorCode,
    message: string,
    fields: WinrmErrorFields,
  ) {
    super(message, fields);
  }
}

export type ProtocolErrorCode = 'response-too-large' | 'malformed-response' | 'unexpected-response';

/** The host answered something that is not WinRM. */
export class ProtocolError extends WinrmError {
  constructor(
    readonly code: ProtocolErrorCode,
    message: string,
    fields: WinrmErrorFields,
  ) {
    super(message, fields);
  }
}

/** The host's HTTP service answered in place of WinRM. */
export class HttpStatusError extends WinrmError {
  readonly code = 'http-status';

  constructor(
    readonly status: number,
    message: string,
    fields: WinrmErrorFields,
  ) {
    super(message, fields);
  }
}

/** What a fault says ([MS-WSMV] 2.2.4.43, WSManFault, or an MSFT_WmiError). */
export interface Fault {
  /** Unsigned 32-bit Windows or WinRM code; null when the host gave none. */
  readonly faultCode: number | null;
  /** Local name of the fault's subcode, such as `TimedOut`; empty when there is none. */
  readonly subcode: string;
  /** The host's own words, in the host's language. */
  readonly text: string;
}

const FaultCode = {
  accessDenied: 5,
  operationAborted: 995,
  timedOut: 2150858793,
  invalidSelectors: 2150858843,
  shellQuota: 2150859173,
  operationQuota: 2150859174,
} as const;

const HINTS: ReadonlyMap<number, string> = new Map([
  [
    FaultCode.accessDenied,
    'The account must be an administrator of the host; a local one also needs LocalAccountTokenFilterPolicy = 1',
  ],
  [
    FaultCode.invalidSelectors,
    'The shell or command no longer exists: it idled out or the WinRM service restarted',
  ],
  [
    FaultCode.shellQuota,
    'The account has too many shells open on the host: see MaxShellsPerUser in winrm/config',
  ],
  [FaultCode.operationQuota, 'Too many operations: see MaxConcurrentOperationsPerUser in winrm/config'],
]);

/** WinRM itself refused, by a SOAP fault. */
export class FaultError extends WinrmError {
  readonly code = 'fault';
  readonly faultCode: number | null;
  readonly subcode: string;
  readonly text: string;

  constructor(fault: Fault, phase: WinrmPhase) {
    const hint =
      HINTS.get(fault.faultCode ?? 0) ?? "Look the code up, and see the host's WinRM operational event log";
    super(`The host refused ${phase}: ${describeFault(fault)}`, { phase, sent: 'yes', hint });
    this.faultCode = fault.faultCode;
    this.subcode = fault.subcode;
    this.text = fault.text;
  }

  /** Error 5: the account may not do this. */
  get isAccessDenied(): boolean {
    return this.faultCode === FaultCode.accessDenied || this.subcode === 'AccessDenied';
  }

  /** Nothing to report within OperationTimeout: ask again. */
  get isTimedOut(): boolean {
    return this.faultCode === FaultCode.timedOut;
  }

  /** The shell or the command does not exist, or does not any more. */
  get isNotFound(): boolean {
    return this.faultCode === FaultCode.invalidSelectors;
  }

  /** Too many shells or operations of this account. */
  get isQuotaExceeded(): boolean {
    return this.faultCode === FaultCode.shellQuota || this.faultCode === FaultCode.operationQuota;
  }

  /** Error 995: what was asked for is going away anyway. */
  get isAborted(): boolean {
    return this.faultCode === FaultCode.operationAborted;
  }
}

const describeFault = ({ faultCode, subcode, text }: Fault): string => {
  const labels = [faultCode === null ? '' : String(faultCode), subcode].filter((label) => label !== '');
  return labels.length > 0 ? `${text || 'no reason given'} (${labels.join(', ')})` : text;
};
