import type { PlanShare } from '../../../../src/packages/domain/execution-plan.js';
import type { RunFolder } from '../run-folder.js';
import type { StandIn } from '../stand-in.js';

/** Whose logon session connects, and for which run. */
export interface ShareContext {
  readonly standIn: StandIn;
  readonly folder: RunFolder;
  readonly account: string;
}

export interface ShareProblem {
  readonly reason:
    'share-unreachable' | 'share-access-denied' | 'share-logon-refused' | 'share-session-conflict';
  readonly detail: string;
}

/** Makes the plan's share readable, with the account's own identity first; or says why it is not. */
export function connectShare(
  context: ShareContext,
  share: PlanShare | null,
  password: string,
): ShareProblem | undefined {
  if (share === null) return undefined;
  const { machine } = context.standIn;
  const root = shareRoot(share.unc);
  const known = machine.model.shares[root.toLowerCase()];
  if (known === undefined) return problem('share-unreachable', share.unc, 'The network path was not found');
  if (known.readers.includes(context.account)) return undefined;
  if (share.username === null) return problem('share-access-denied', share.unc, 'Access is denied');
  if (known.conflict) return problem('share-session-conflict', share.unc, 'Multiple connections to a server');
  if (known.logons[share.username] !== password)
    return problem('share-logon-refused', share.unc, 'The user name or password is incorrect');
  context.folder.write('share', root);
  machine.model.connections.push({ share: root, username: share.username, account: context.account });
  return undefined;
}

/** Takes back what `connectShare` made, at the end of the run. */
export function removeConnection(standIn: StandIn, folder: RunFolder, account: string): void {
  const root = folder.read('share');
  if (root === undefined) return;
  disconnect(standIn, root, account);
  folder.delete('share');
}

/** False when that account holds no connection to that share. */
export function disconnect({ machine: { model } }: StandIn, root: string, account: string): boolean {
  const kept = model.connections.filter(
    (connection) => connection.account !== account || connection.share.toLowerCase() !== root.toLowerCase(),
  );
  const found = kept.length < model.connections.length;
  model.connections = kept;
  return found;
}

function shareRoot(unc: string): string {
  return unc.split('\\').slice(0, 4).join('\\');
}

function problem(reason: ShareProblem['reason'], unc: string, said: string): ShareProblem {
  return { reason, detail: `${unc}: ${said}` };
}
