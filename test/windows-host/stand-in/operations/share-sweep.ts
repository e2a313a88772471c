import { Bell } from '../bell.js';
import type { OperationContext } from './operation.js';

/** Removes the connection that an ended runner left, by a task of SYSTEM's as the real clean-up does. */
export async function removeShareConnection({ standIn, folder, process }: OperationContext): Promise<void> {
  const root = folder.read('share');
  if (root === undefined) return;
  const path = `${folder.taskPath}-share`;
  const bell = new Bell();
  const stop = standIn.scheduler.watch(path, () => bell.ring());
  standIn.scheduler.register({
    path,
    commandLine: `"C:\\Windows\\system32\\net.exe" use "${root}" /delete /y`,
    principal: 'S-1-5-18',
    executionTimeLimitSeconds: 60,
  });
  standIn.scheduler.run(path);
  while (standIn.scheduler.describe(path)?.state === 'running') await process.hear(bell, 1000);
  stop();
  standIn.scheduler.delete(path);
}
