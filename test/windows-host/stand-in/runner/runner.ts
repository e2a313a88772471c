import {
  type ExecutionPlan,
  executionPlanSchema,
  SHARE_PASSWORD,
} from '../../../../src/packages/domain/execution-plan.js';
import { asciiJson } from '../ascii-json.js';
import { Bell } from '../bell.js';
import { POWERSHELL_VERSION } from '../operations/follow.js';
import { RunFolder } from '../run-folder.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { takeFinalAction } from './final-action.js';
import { JournalWriter } from './journal-writer.js';
import { PlanWalk, type RunEnd } from './plan-walk.js';
import { receiveSecrets } from './runner-secrets.js';
import { connectShare, removeConnection } from './share.js';

const RUNNER_VERSION = 'stand-in';
/** How often a runner that is held before its claim looks whether it may begin. */
const HELD_LOOK_MS = 50;

/** The runner's task: claims the run, walks its plan and leaves the journal. A second one exits at once. */
export async function runPlan(
  standIn: StandIn,
  process: SimulatedProcess,
  targetRunId: string,
): Promise<number> {
  const folder = new RunFolder(standIn.machine.files, targetRunId);
  while (standIn.machine.model.quirks.holdsClaim) await process.sleep(HELD_LOOK_MS);
  if (!folder.createNew('claimed', claimOf(standIn, process))) return 0;
  const plan = executionPlanSchema.parse(JSON.parse(folder.read('plan.json') ?? ''));
  await new Runner(standIn, process, folder).run(plan);
  return 0;
}

function claimOf({ machine }: StandIn, { pid }: SimulatedProcess): string {
  return `${asciiJson({ pid, startedAt: machine.now().toISOString(), bootId: machine.bootId })}\n`;
}

class Runner {
  readonly #journal: JournalWriter;

  constructor(
    private readonly standIn: StandIn,
    private readonly process: SimulatedProcess,
    private readonly folder: RunFolder,
  ) {
    this.#journal = new JournalWriter(standIn, process, folder);
  }

  async run(plan: ExecutionPlan): Promise<void> {
    const { standIn, process, folder } = this;
    const journal = this.#journal;
    const secrets = await receiveSecrets({ standIn, process, folder, journal, names: plan.secretNames });
    this.#journalStart();
    const end = await this.#runSteps(plan, secrets);
    removeConnection(standIn, folder, process.account);
    const { installerBusy, ...completed } = end;
    journal.write({ type: 'run.completed', ...completed });
    const { outcome, rebootRequired } = end;
    await takeFinalAction({
      standIn,
      process,
      journal,
      action: plan.finalAction,
      outcome,
      rebootRequired,
      installerBusy,
      stepsWereStarted: end.lastStep !== null,
    });
  }

  async #runSteps(plan: ExecutionPlan, secrets: Secrets | undefined): Promise<RunEnd> {
    const { standIn, process, folder } = this;
    if (folder.has('cancel')) return this.#walk(plan, {}, []);
    if (secrets === undefined) return beforeSteps('secrets-not-delivered', 'No follow answered the request');
    const { [SHARE_PASSWORD]: sharePassword = '', ...variables } = secrets;
    const problem = connectShare({ standIn, folder, account: process.account }, plan.share, sharePassword);
    if (problem) return beforeSteps(problem.reason, problem.detail);
    return this.#walk(plan, variables, Object.values(secrets));
  }

  #journalStart(): void {
    const { machine } = this.standIn;
    this.#journal.write({
      type: 'run.started',
      runnerVersion: RUNNER_VERSION,
      powershellVersion: POWERSHELL_VERSION,
      bootId: machine.bootId,
      account: 'NT AUTHORITY\\SYSTEM',
      computerName: machine.model.name,
      pid: this.process.pid,
    });
  }

  async #walk(plan: ExecutionPlan, variables: Secrets, hidden: readonly string[]): Promise<RunEnd> {
    const { standIn, process: runner, folder } = this;
    const bell = new Bell();
    const endsAtMs = performance.now() + plan.maxDurationSeconds * 1000;
    const stop = folder.watch(() => bell.ring());
    const interruptions = {
      bell,
      isCancelled: () => folder.has('cancel'),
      remainingMs: () => endsAtMs - performance.now(),
    };
    const environment = { ...runner.launch.environment, ...variables };
    const launch = { standIn, runner, folder, environment };
    try {
      const options = {
        plan,
        launch,
        journal: this.#journal,
        interruptions,
        secrets: hidden,
      };
      return await new PlanWalk(options).walk();
    } finally {
      stop();
    }
  }
}

type Secrets = Readonly<Record<string, string>>;

function beforeSteps(failureReason: string, failureDetail: string): RunEnd {
  return {
    outcome: 'failed',
    failureReason,
    failureDetail,
    lastStep: null,
    returnCode: null,
    rebootRequired: false,
    installerBusy: false,
  };
}
