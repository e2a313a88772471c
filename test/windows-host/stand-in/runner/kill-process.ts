import type { PlanLaunch } from '../../../../src/packages/domain/execution-plan.js';
import type { MachineProcess } from '../../model/machine.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { matchesPattern } from './name-pattern.js';

type KillLaunch = Extract<PlanLaunch, { form: 'kill-process' }>;

interface KillContext {
  readonly standIn: StandIn;
  readonly runner: SimulatedProcess;
  readonly print: (stream: 'stdout' | 'stderr', line: string) => void;
}

/** Ends what matches and gives the step's return code. Nobody closes a window when asked: it is the system that asks. */
export function killProcesses(launch: KillLaunch, context: KillContext): number {
  const { standIn, runner, print } = context;
  const found = standIn.machine.model.processes.filter((process) => isMeant(launch, process));
  const own = found.filter(({ pid }) => isOwn(pid, runner));
  const targets = found.filter((process) => !own.includes(process));
  if (own.length > 0) print('stdout', `Left alone, Winch or Windows itself needs it: ${listed(own)}`);
  if (targets.length === 0) return notRunning(launch, context);
  if (!launch.force) {
    print('stderr', `Still running: ${listed(targets)}`);
    return 1;
  }
  for (const process of targets) end(process, launch.children, context);
  return 0;
}

function notRunning({ images, pids, notRunning: result }: KillLaunch, { print }: KillContext): number {
  const wanted = [...images, ...pids.map((pid) => `pid ${pid}`)];
  print('stdout', `Not running: ${wanted.join(', ')}`);
  return result === 'failure' ? 1 : 0;
}

function isMeant({ images, pids }: KillLaunch, { pid, name }: MachineProcess): boolean {
  return pids.includes(pid) || images.some((image) => matchesPattern(name, image));
}

/** The runner and what started it. */
function isOwn(pid: number, runner: SimulatedProcess): boolean {
  for (let process: SimulatedProcess | undefined = runner; process; process = process.parent) {
    if (process.pid === pid) return true;
  }
  return false;
}

/** A process that only stands in the model has no program behind it: it is just taken out. */
function end(process: MachineProcess, withChildren: boolean, { standIn, print }: KillContext): void {
  const family = withChildren ? descendants(process, standIn) : [process];
  for (const member of family) {
    standIn.processes.get(member.pid)?.kill();
    standIn.machine.removeProcess(member.pid);
    print('stdout', `Ended by force: ${described(member)}`);
  }
}

function descendants(process: MachineProcess, standIn: StandIn): MachineProcess[] {
  const family = [process];
  for (const member of family) {
    family.push(...standIn.machine.model.processes.filter(({ parentPid }) => parentPid === member.pid));
  }
  return family;
}

function listed(processes: readonly MachineProcess[]): string {
  return processes.map(described).join(', ');
}

function described({ name, pid, sessionId }: MachineProcess): string {
  return `${name} (pid ${pid}, session ${sessionId ?? 0})`;
}
