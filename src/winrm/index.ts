export {
  AuthenticationError,
  FaultError,
  HttpStatusError,
  ProtocolError,
  TransportError,
  WinrmError,
} from './errors.js';
export type { WinrmDeadline } from './deadline.js';
export type { WinrmEvent } from './events.js';
export type { OutputChunk } from './operations/receive.js';
export { Command } from './session/command.js';
export { identify } from './session/identify.js';
export type { SessionOptions } from './session/session-options.js';
export { openSession, Session } from './session/session.js';
export { Shell } from './session/shell.js';
