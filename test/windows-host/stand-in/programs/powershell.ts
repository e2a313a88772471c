import { runOperation } from '../operations/operation.js';
import { runPlan } from '../runner/runner.js';
import { targetRunIdOf } from '../run-folder.js';
import type { ProgramBody } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { powershellScript } from './script-hosts.js';

/** What makes a command line the one of every operation (docs/developing/operations.md). */
const OPERATION = '$i=@($input);$winch=$i[0];$secret=$i[1];';

/** `powershell.exe`: an operation, the runner's task, or a script. */
export function powershell(standIn: StandIn, argumentText: string): ProgramBody {
  if (argumentText.includes(OPERATION)) return (process) => runOperation(standIn, process);
  const targetRunId = targetRunIdOf(argumentText);
  if (targetRunId !== undefined) return (process) => runPlan(standIn, process, targetRunId);
  return powershellScript(standIn, argumentText);
}
