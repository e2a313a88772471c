import type { ServerResponse } from 'node:http';
import type { Connection } from '../http/connection.js';
import { emptyReply, writeReply } from '../http/respond.js';
import { wsmanFaultByCode } from '../soap/fault.js';
import type { Misbehaviour } from './misbehaviour.js';
import type { Stalls } from './stalls.js';

export interface Interrupted {
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly gone: AbortSignal;
}

/**
 * Does what the rule says to an exchange that has no reply yet. Resolves to `ended` when none may follow, to
 * `continue` when it is only late. A fault is thrown, for the exchange to answer.
 */
export async function interrupt(
  rule: Misbehaviour,
  exchange: Interrupted,
  stalls: Stalls,
): Promise<'ended' | 'continue'> {
  const { connection, response } = exchange;
  switch (rule.do) {
    case 'drop':
      connection.tcp.destroy();
      return 'ended';
    case 'reset':
      connection.tcp.resetAndDestroy();
      return 'ended';
    case 'half-close':
      connection.tcp.end();
      return 'ended';
    case 'status':
      await writeReply(response, emptyReply(rule.status));
      return 'ended';
    case 'fault':
      throw wsmanFaultByCode(rule.code);
    case 'stall':
      return stalls.stall(rule.forMs, exchange.gone);
    case 'clear':
    case 'bad-seal':
    case 'wrong-sequence':
    case 'truncated':
    case 'slow':
    case 'no-exit-code':
      return 'continue';
  }
}
