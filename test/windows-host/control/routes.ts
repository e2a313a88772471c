import { z } from 'zod';
import type { HostBackend } from '../engine/backend.js';
import { misbehaviourSchema, type Misbehaviours } from '../faults/misbehaviour.js';
import type { LoggedRequest } from '../http/request-log.js';
import type { Shell } from '../shells/shell.js';

/** What the control address shows and changes of one host. */
export interface ControlledHost {
  readonly backend: HostBackend;
  readonly misbehaviours: Misbehaviours;
  readonly shells: () => readonly Shell[];
  readonly requests: () => readonly LoggedRequest[];
  readonly restartService: () => Promise<void>;
}

export type Route = (host: ControlledHost, body: unknown) => unknown;

/** Method and path below `/hosts/<name>`; what a route returns is answered as JSON (DESIGN section 9). */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['GET /model', ({ backend }) => showModel(backend)],
  ['PATCH /model', ({ backend }, body) => patchModel(backend, body)],
  ['GET /started', ({ backend }) => backend.started()],
  ['GET /tasks', ({ backend }) => backend.tasks()],
  ['GET /shells', ({ shells }) => shells().map(describeShell)],
  ['GET /requests', ({ requests }) => requests()],
  ['GET /faults', ({ misbehaviours }) => misbehaviours.pending],
  ['POST /faults', ({ misbehaviours }, body) => addFaults(misbehaviours, body)],
  ['DELETE /faults', ({ misbehaviours }) => clearFaults(misbehaviours)],
  ['POST /reboot', ({ backend }) => reboot(backend)],
  ['POST /restart-service', (host) => restartService(host)],
]);

function showModel(backend: HostBackend): unknown {
  backend.refreshModel?.();
  return backend.model;
}

/** The backend judges the patch: each engine has fields of its own beside those of every host. */
function patchModel(backend: HostBackend, body: unknown): unknown {
  backend.patchModel(z.record(z.string(), z.unknown()).parse(body));
  return backend.model;
}

function addFaults(misbehaviours: Misbehaviours, body: unknown): unknown {
  misbehaviours.add(z.array(misbehaviourSchema).parse(body));
  return misbehaviours.pending;
}

function clearFaults(misbehaviours: Misbehaviours): unknown {
  misbehaviours.clear();
  return misbehaviours.pending;
}

/** Answers when the machine is up again. */
async function reboot(backend: HostBackend): Promise<unknown> {
  await backend.reboot();
  return { bootedAt: backend.model.bootedAt };
}

async function restartService(host: ControlledHost): Promise<unknown> {
  await host.restartService();
  return {};
}

function describeShell(shell: Shell): unknown {
  const { owner, clientAddress, idleTimeoutMs, workingDirectory, createdAt } = shell.settings;
  const commands = shell.commands.map(({ id, commandLine, state, pid }) => ({ id, commandLine, state, pid }));
  return { id: shell.id, owner, clientAddress, idleTimeoutMs, workingDirectory, createdAt, commands };
}
