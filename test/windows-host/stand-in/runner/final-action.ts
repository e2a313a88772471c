import type { ExecutionPlan } from '../../../../src/packages/domain/execution-plan.js';
import type { RunnerOutcome } from '../../../../src/target/journal.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import type { JournalWriter, NewJournalEvent } from './journal-writer.js';

export interface FinalActionContext {
  readonly standIn: StandIn;
  readonly process: SimulatedProcess;
  readonly journal: JournalWriter;
  readonly action: ExecutionPlan['finalAction'];
  readonly outcome: RunnerOutcome;
  readonly rebootRequired: boolean;
  readonly installerBusy: boolean;
  readonly stepsWereStarted: boolean;
}

/** A reboot waits at least so long, so that the journal is read first (DESIGN section 4). */
const SHORTEST_SHUTDOWN_WAIT_SECONDS = 30;

/** Ends the journal: by what is done now, or by why nothing is. */
export async function takeFinalAction(context: FinalActionContext): Promise<void> {
  const skipped = reasonToSkip(context);
  const { journal, action } = context;
  if (skipped !== undefined) return journal.write({ type: 'final-action.skipped', ...skipped });
  if (action.action === 'log-off') return logOff(context);
  if (action.action !== 'none') shutDown(context, action.action);
}

type Skipped = Omit<Extract<NewJournalEvent, { type: 'final-action.skipped' }>, 'type'>;

function reasonToSkip(context: FinalActionContext): Skipped | undefined {
  const { outcome, action, rebootRequired, installerBusy, stepsWereStarted } = context;
  if (action.action === 'none') return { reason: 'none', detail: '' };
  if (outcome === 'cancelled' || outcome === 'interrupted') return { reason: outcome, detail: '' };
  if (action.when === 'if-required' && !rebootRequired) return { reason: 'not-required', detail: '' };
  if (outcome === 'failed' && !stepsWereStarted) return { reason: 'failed', detail: 'No step was started' };
  if (installerBusy) return { reason: 'installer-busy', detail: 'Windows Installer is still at work' };
  return undefined;
}

function shutDown(context: FinalActionContext, kind: 'reboot' | 'shutdown'): void {
  const { journal, action } = context;
  const waitSeconds = Math.max(action.waitSeconds, SHORTEST_SHUTDOWN_WAIT_SECONDS);
  const message = action.message === '' ? '' : ` /c ${argumentOf(action.message.slice(0, 512))}`;
  const option = kind === 'reboot' ? '/r' : '/s';
  const commandLine = `C:\\Windows\\System32\\shutdown.exe ${option} /t ${waitSeconds} /d p:4:1${message}`;
  spawn(context, commandLine);
  journal.write({ type: 'final-action.started', action: kind, waitSeconds, commandLine });
}

/** Quoted as the C runtime takes a command line apart: backslashes double before a quotation mark. */
function argumentOf(text: string): string {
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** The journal is complete before the wait: the run is over, and only the users are still to be logged off. */
async function logOff(context: FinalActionContext): Promise<void> {
  const { standIn, process, journal, action } = context;
  const commandLines = standIn.machine.model.sessions.map(
    ({ id }) => `C:\\Windows\\System32\\logoff.exe ${id}`,
  );
  const commandLine = commandLines.join(' & ') || 'nobody was logged on';
  journal.write({
    type: 'final-action.started',
    action: 'log-off',
    waitSeconds: action.waitSeconds,
    commandLine,
  });
  await process.sleep(standIn.settings.finalActionWaitMs ?? action.waitSeconds * 1000);
  for (const line of commandLines) spawn(context, line);
}

function spawn({ standIn, process }: FinalActionContext, commandLine: string): void {
  standIn.spawn(process, { ...process.launch, commandLine });
}
