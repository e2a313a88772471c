import { v7 } from 'uuid';

declare const brand: unique symbol;
/** A string that is known to be the id of one kind of thing. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

export type AssetId = Id<'Asset'>;
export type GroupId = Id<'Group'>;
export type ScheduleId = Id<'Schedule'>;
export type CredentialId = Id<'Credential'>;
export type ShareId = Id<'Share'>;
export type PackageId = Id<'Package'>;
export type DeploymentId = Id<'Deployment'>;
export type TargetRunId = Id<'TargetRun'>;
export type ScanId = Id<'Scan'>;
export type WorkerId = Id<'Worker'>;
export type WebhookId = Id<'Webhook'>;
export type ApiKeyId = Id<'ApiKey'>;

/** A fresh UUIDv7: rises with time, so that it doubles as a stable list order. */
export function newId<T extends Id<string>>(): T {
  return v7() as T;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a text has the form of an id made by `newId` (lower case). */
export function isId(text: string): boolean {
  return UUID.test(text);
}
