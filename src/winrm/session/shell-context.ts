import { FaultError } from '../errors.js';
import type { WinrmListener } from '../events.js';
import type { SessionTiming } from './session-options.js';
import type { WsmanClient } from './wsman-client.js';

/** What a session shares with its shells and they with their commands. */
export interface SessionContext {
  readonly client: WsmanClient;
  readonly timing: SessionTiming;
  readonly onEvent: WinrmListener;
}

/** The same, with the state of the shell. */
export interface ShellContext extends SessionContext {
  readonly isDeleted: () => boolean;
}

/** Waits for a Signal or Delete; that its object is gone already, or going, is what was asked for. */
export const ignoreGone = async (ending: Promise<void>): Promise<void> => {
  try {
    await ending;
  } catch (error) {
    if (error instanceof FaultError && (error.isNotFound || error.isAborted)) return;
    throw error;
  }
};
