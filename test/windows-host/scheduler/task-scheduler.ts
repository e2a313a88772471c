import type { TaskDescription } from '../engine/backend.js';
import type { Engine, HostProcess } from '../engine/engine.js';
import { taskXml } from './task-xml.js';

/** What a task is registered with: the parts of the task XML that the simulator obeys. */
export interface TaskDefinition {
  /** `\Winch\<targetRunId>`. */
  readonly path: string;
  readonly commandLine: string;
  /** Account or SID; `S-1-5-18` and `SYSTEM` are the computer's own account. */
  readonly principal: string;
  /** 0: no limit. */
  readonly executionTimeLimitSeconds: number;
  /** Where the program starts; default `C:\\Windows\\system32`. */
  readonly workingDirectory?: string;
  /** What was registered, where it came as XML; otherwise it is written from the other fields. */
  readonly xml?: string;
}

/** SCHED_S_* of winerror.h, as Task Scheduler reports them in LastTaskResult. */
export const TASK_RESULTS = { running: 0x41301, hasNotRun: 0x41303, terminated: 0x41306 } as const;

interface RegisteredTask {
  readonly definition: TaskDefinition;
  process: HostProcess | undefined;
  lastRunAt: string | null;
  lastTaskResult: number;
}

export interface TaskSchedulerOptions {
  readonly engine: Engine;
  readonly now: () => Date;
  readonly environmentOf: (account: string) => Readonly<Record<string, string>>;
  /** When it answers a number, a task ends at once with that result instead of starting. */
  readonly startResult: () => number | null;
}

/**
 * Task Scheduler as the runner needs it: it really starts what is registered, one instance at a time
 * (MultipleInstancesPolicy IgnoreNew), and ends it at its ExecutionTimeLimit.
 */
export class TaskScheduler {
  readonly #tasks = new Map<string, RegisteredTask>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(private readonly options: TaskSchedulerOptions) {}

  /** Registers the task; one of that path that exists already is left as it is. */
  register(definition: TaskDefinition): void {
    const key = definition.path.toLowerCase();
    if (this.#tasks.has(key)) return;
    this.#tasks.set(key, {
      definition,
      process: undefined,
      lastRunAt: null,
      lastTaskResult: TASK_RESULTS.hasNotRun,
    });
  }

  /** Starts the task unless it runs already. False when there is no such task. */
  run(path: string): boolean {
    const task = this.#find(path);
    if (task === undefined) return false;
    if (task.process !== undefined) return true;
    task.lastRunAt = this.options.now().toISOString();
    const refusedWith = this.options.startResult();
    if (refusedWith === null) this.#start(task);
    else task.lastTaskResult = refusedWith;
    this.#announce(path);
    return true;
  }

  /** Ends the running instance, as the `Stop` method does. */
  stop(path: string): void {
    const task = this.#find(path);
    if (task?.process !== undefined) this.#terminate(task);
  }

  /** Removes the task. A running instance runs on, as on Windows. */
  delete(path: string): void {
    this.#tasks.delete(path.toLowerCase());
    this.#announce(path);
  }

  describe(path: string): TaskDescription | undefined {
    const task = this.#find(path);
    return task && descriptionOf(task);
  }

  /** The running instances: none, or one under IgnoreNew. */
  instances(path: string): readonly { readonly instance: string; readonly pid: number }[] {
    const task = this.#find(path);
    return task?.process === undefined ? [] : [{ instance: task.lastRunAt ?? '', pid: task.process.pid }];
  }

  list(): TaskDescription[] {
    return [...this.#tasks.values()].map((task) => descriptionOf(task));
  }

  /** Calls the listener whenever that task starts, ends or is removed. Returns what stops it. */
  watch(path: string, listener: () => void): () => void {
    const key = path.toLowerCase();
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  #find(path: string): RegisteredTask | undefined {
    return this.#tasks.get(path.toLowerCase());
  }

  #start(task: RegisteredTask): void {
    const { commandLine, principal, executionTimeLimitSeconds, workingDirectory } = task.definition;
    const account = accountOf(principal);
    const process = this.options.engine.start({
      commandLine,
      account,
      environment: this.options.environmentOf(account),
      workingDirectory: workingDirectory ?? 'C:\\Windows\\system32',
      onOutput: () => undefined,
    });
    task.process = process;
    task.lastTaskResult = TASK_RESULTS.running;
    const timer = timeLimit(executionTimeLimitSeconds, () => this.#terminate(task));
    void this.#awaitEnd(task, process, timer);
  }

  async #awaitEnd(
    task: RegisteredTask,
    process: HostProcess,
    timer: NodeJS.Timeout | undefined,
  ): Promise<void> {
    const code = await process.exited;
    clearTimeout(timer);
    if (task.process !== process) return;
    task.process = undefined;
    task.lastTaskResult = code;
    this.#announce(task.definition.path);
  }

  #terminate(task: RegisteredTask): void {
    const { process } = task;
    task.process = undefined;
    task.lastTaskResult = TASK_RESULTS.terminated;
    process?.killTree();
    this.#announce(task.definition.path);
  }

  #announce(path: string): void {
    for (const listener of this.#listeners.get(path.toLowerCase()) ?? []) listener();
  }
}

function descriptionOf(task: RegisteredTask): TaskDescription {
  return {
    path: task.definition.path,
    principal: task.definition.principal,
    state: task.process === undefined ? 'ready' : 'running',
    lastRunAt: task.lastRunAt,
    lastTaskResult: task.lastTaskResult,
    xml: task.definition.xml ?? taskXml(task.definition),
  };
}

function accountOf(principal: string): string {
  return principal === 'S-1-5-18' ? 'SYSTEM' : principal;
}

const LONGEST_TIMER_MS = 0x7fff_ffff;

function timeLimit(seconds: number, onExpired: () => void): NodeJS.Timeout | undefined {
  if (seconds === 0) return undefined;
  return setTimeout(onExpired, Math.min(seconds * 1000, LONGEST_TIMER_MS)).unref();
}
