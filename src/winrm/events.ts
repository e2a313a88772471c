import type { WinrmError, WinrmPhase } from './errors.js';

/** What happened, for logs and counters. Listeners run at once and must not throw. */
export type WinrmEvent =
  | {
      readonly type: 'connected';
      readonly host: string;
      readonly port: number;
      readonly connectionId: number;
    }
  | { readonly type: 'authenticated'; readonly mechanism: string; readonly connectionId: number }
  | {
      /** One round trip over HTTP, handshake legs included. Byte counts are of the bodies. */
      readonly type: 'exchange';
      readonly phase: WinrmPhase;
      readonly connectionId: number;
      readonly status: number;
      readonly requestBytes: number;
      readonly responseBytes: number;
      readonly durationMs: number;
    }
  | { readonly type: 'receive-repeated'; readonly attempt: number; readonly error: WinrmError }
  /** A shell could not be deleted; the host reaps it when its idle timeout has passed. */
  | { readonly type: 'cleanup-failed'; readonly phase: WinrmPhase; readonly error: unknown }
  | { readonly type: 'disconnected'; readonly connectionId: number };

/** Receives events; must not throw. */
export type WinrmListener = (event: WinrmEvent) => void;
