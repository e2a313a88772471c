import { z } from 'zod';
import type { TaskScheduler } from '../../scheduler/task-scheduler.js';
import { type ShimHandler, ShimFault, type ShimRequest } from './shim-requests.js';
import { readTaskXml } from './read-task-xml.js';

/** HRESULTs of [MS-TSCH] and winerror.h. */
const FAULTS = {
  fileNotFound: 0x8007_0002,
  pathNotFound: 0x8007_0003,
  alreadyExists: 0x8007_00b7,
} as const;

/** TASK_STATE of taskschd.h. */
const STATES = { disabled: 1, ready: 3, running: 4 } as const;

/** TASK_UPDATE of taskschd.h. */
const TASK_UPDATE = 4;

const pathSchema = z.looseObject({ path: z.string() });
const registration = z.looseObject({ path: z.string(), xml: z.string(), flags: z.number() });
const instanceSchema = z.looseObject({ path: z.string(), instance: z.string() });

/** The COM object `Schedule.Service`, as far as Winch's scripts use it, over the simulated Task Scheduler. */
export function scheduleService(scheduler: TaskScheduler): [string, ShimHandler][] {
  const folders = new Set(['\\']);
  return [
    ['folder.get', (request) => existingFolder(folders, pathOf(request))],
    ['folder.create', (request) => createFolder(folders, pathOf(request))],
    ['folder.delete', (request) => void folders.delete(pathOf(request).toLowerCase())],
    ['task.register', (request) => register(scheduler, folders, registration.parse(request))],
    ['task.get', (request) => viewOf(scheduler, pathOf(request))],
    [
      'task.list',
      (request) =>
        scheduler
          .list()
          .map(({ path }) => path)
          .filter((path) => isIn(path, pathOf(request))),
    ],
    ['task.run', (request) => run(scheduler, pathOf(request))],
    ['task.instances', (request) => scheduler.instances(pathOf(request))],
    ['task.instance', (request) => ({ state: instanceState(scheduler, instanceSchema.parse(request)) })],
    ['task.stop', (request) => scheduler.stop(existing(scheduler, pathOf(request)).path)],
    ['task.delete', (request) => scheduler.delete(existing(scheduler, pathOf(request)).path)],
  ];
}

function pathOf(request: ShimRequest): string {
  return pathSchema.parse(request).path;
}

function existingFolder(folders: ReadonlySet<string>, path: string): void {
  if (!folders.has(path.toLowerCase()))
    throw new ShimFault(FAULTS.pathNotFound, `The system cannot find the path specified: ${path}`);
}

function createFolder(folders: Set<string>, path: string): void {
  const key = path.toLowerCase();
  if (folders.has(key)) throw new ShimFault(FAULTS.alreadyExists, `The folder exists already: ${path}`);
  folders.add(key);
}

function existing(scheduler: TaskScheduler, path: string) {
  const task = scheduler.describe(path);
  if (task === undefined)
    throw new ShimFault(FAULTS.fileNotFound, `The system cannot find the file specified: ${path}`);
  return task;
}

function register(
  scheduler: TaskScheduler,
  folders: ReadonlySet<string>,
  { path, xml, flags }: z.infer<typeof registration>,
): void {
  existingFolder(folders, folderOf(path));
  if (scheduler.describe(path) !== undefined) {
    if ((flags & TASK_UPDATE) === 0)
      throw new ShimFault(FAULTS.alreadyExists, `The task exists already: ${path}`);
    scheduler.delete(path);
  }
  scheduler.register({ path, xml, ...readTaskXml(xml) });
}

function folderOf(path: string): string {
  const end = path.lastIndexOf('\\');
  return end === 0 ? '\\' : path.slice(0, end);
}

function isIn(path: string, folder: string): boolean {
  return folderOf(path).toLowerCase() === folder.toLowerCase();
}

function viewOf(scheduler: TaskScheduler, path: string): object {
  const { state, lastTaskResult, lastRunAt, xml } = existing(scheduler, path);
  return {
    state: STATES[state],
    enabled: state !== 'disabled',
    // The COM property is a signed LONG.
    lastTaskResult: lastTaskResult | 0,
    lastRunTime: lastRunAt ?? '1999-11-30T00:00:00.000Z',
    xml,
  };
}

function run(scheduler: TaskScheduler, path: string): object {
  existing(scheduler, path);
  scheduler.run(path);
  return scheduler.instances(path)[0] ?? { instance: '', pid: 0 };
}

function instanceState(scheduler: TaskScheduler, { path, instance }: z.infer<typeof instanceSchema>): number {
  const runs = scheduler.instances(path).some((running) => running.instance === instance);
  return runs ? STATES.running : STATES.ready;
}
