import { startWindowsHost, type WindowsHost, type WindowsHostOptions } from '../host.js';
import { FakeBackend, type FakeEngine } from './fake-backend.js';
import { TestClient } from './test-client.js';

export const ADMINISTRATOR = { user: 'Administrator', password: 'Correct-1' };
export const PLAIN_USER = { user: 'bob', password: 'Correct-2', administrator: false };

export interface TestHost extends AsyncDisposable {
  readonly host: WindowsHost;
  readonly backend: FakeBackend;
  readonly engine: FakeEngine;
  /** A logged-on connection of the administrator. */
  client(): Promise<TestClient>;
}

export type AHostOptions = Partial<Omit<WindowsHostOptions, 'backend'>> & { readonly backend?: FakeBackend };

/** A host with an engine that the test plays, and two accounts. */
export async function aHost(options: AHostOptions = {}): Promise<TestHost> {
  const backend = options.backend ?? new FakeBackend(options.name ?? 'PC-0001');
  const host = await startWindowsHost({
    name: 'PC-0001',
    backend,
    accounts: [ADMINISTRATOR, PLAIN_USER],
    ...options,
  });
  return {
    host,
    backend,
    engine: backend.engine,
    client: () => TestClient.open(host, ADMINISTRATOR),
    [Symbol.asyncDispose]: () => host.close(),
  };
}

const POLL_MS = 5;
/** Kept from a test that fakes timers. */
const realSetTimeout = setTimeout;

/** Waits until a condition holds. Throws after two seconds, naming what it waited for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 2000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited two seconds until ${what}`);
    await new Promise((resolve) => realSetTimeout(resolve, POLL_MS));
  }
}
