import { Namespace } from './namespaces.js';

/** The operations a host tells apart; `Negotiate` is a leg of the logon and carries no SOAP. */
export const OPERATIONS = [
  'Negotiate',
  'Identify',
  'Create',
  'Command',
  'Send',
  'Receive',
  'Signal',
  'Delete',
  'Get',
  'Put',
  'Enumerate',
  'Pull',
  'Release',
  'Disconnect',
  'Reconnect',
  'Connect',
  'Unknown',
] as const;

export type OperationName = (typeof OPERATIONS)[number];

const BY_ACTION: ReadonlyMap<string, OperationName> = new Map([
  ...(['Create', 'Delete', 'Get', 'Put'] as const).map((name) => [`${Namespace.x}/${name}`, name] as const),
  ...(['Command', 'Send', 'Receive', 'Signal', 'Disconnect', 'Reconnect', 'Connect'] as const).map(
    (name) => [`${Namespace.rsp}/${name}`, name] as const,
  ),
  ...(['Enumerate', 'Pull', 'Release'] as const).map((name) => [`${Namespace.n}/${name}`, name] as const),
]);

/** Which operation an action URI names (MS-WSMV 2.2.4, WS-Transfer, WS-Enumeration). */
export function operationOf(action: string): OperationName {
  return BY_ACTION.get(action) ?? 'Unknown';
}
