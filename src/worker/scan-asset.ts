import type { ScanEnding } from '../scanning/domain/scan-door.js';
import { Deadline, DeadlineExceededError } from '../shared/deadline.js';
import { messageOf } from '../shared/errors.js';
import { buildOperation } from '../target/build-operation.js';
import { explainBlockedScript } from '../target/explain-blocked-script.js';
import type { OperationLine } from '../target/operation-output.js';
import { ScanReader } from '../target/scan-reader.js';
import type { Session } from '../winrm/index.js';
import { classifyFailure } from './classify-failure.js';
import { concludeRefusal } from './conclude.js';
import {
  type OperationEnd,
  type OperationOutput,
  OperationSilentError,
  runOperation,
} from './operation-stream.js';
import type { TargetDoor } from './target-session.js';

/** From the first packet to the last. The api takes an attempt for lost after five minutes. */
const SCAN_LIMIT_MS = 120_000;
/** Five thousand products are about two MiB; what prints more does not tell of its software. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/**
 * Scans one asset over one connection and one PowerShell process. What went wrong on the asset is a value.
 *
 * @throws whatever is our own fault, and the signal's reason.
 */
export async function scanAsset(door: TargetDoor, signal: AbortSignal): Promise<ScanEnding> {
  using deadline = Deadline.in(SCAN_LIMIT_MS, signal);
  try {
    await using session = await door.open(deadline);
    return await readScan(session, deadline);
  } catch (error) {
    signal.throwIfAborted();
    // A logon that was refused in the middle of the session counts too: it is not repeated for a while.
    await door.waitAfter(error);
    return failureOf(error);
  }
}

async function readScan(session: Session, deadline: Deadline): Promise<ScanEnding> {
  const stdin = () => buildOperation({ operation: 'scan' });
  const lines = runOperation({ session, stdin, deadline });
  const reader = new ScanReader();
  let characters = 0;
  for (;;) {
    const next = await lines.next();
    if (next.done) return brokenOff(next.value);
    characters += next.value.text.length;
    const ending = characters > MAX_CHARACTERS ? TOO_MUCH : take(reader, next.value);
    if (!ending) continue;
    await lines.return({ exitCode: null, stderr: '' });
    return ending;
  }
}

/** The ending that a line brings about; null: more is to come. */
function take(reader: ScanReader, { text, parsed }: OperationOutput): ScanEnding | null {
  if (parsed.kind === 'operation') return takeWord(reader, parsed.line);
  // What is no JSON at all comes from somewhere else on the target: a banner, a warning.
  return text.startsWith('{') ? failed('scan-unreadable', lineProblem(parsed)) : null;
}

function lineProblem(parsed: Exclude<OperationOutput['parsed'], { kind: 'operation' }>): string {
  return parsed.kind === 'garbage' ? parsed.problem : 'The line of a journal came in the middle of a scan';
}

function takeWord(reader: ScanReader, line: OperationLine): ScanEnding | null {
  switch (line.op) {
    case 'scan-system':
    case 'scan-software':
    case 'scan-ended': {
      const progress = reader.take(line);
      if (progress.kind === 'broken') return failed('scan-unreadable', progress.problem);
      return progress.kind === 'complete' ? { ok: true, found: progress.result } : null;
    }
    case 'refused': {
      const { failureReason, failureDetail } = concludeRefusal(line.reason, line.detail);
      return failed(failureReason ?? 'script-blocked', failureDetail);
    }
    case 'attached':
    case 'heartbeat':
    case 'ended':
    case 'cancel':
    case 'cleanup':
      return failed('scan-unreadable', `The scan answered with ${line.op}`);
  }
}

function brokenOff({ exitCode, stderr }: OperationEnd): ScanEnding {
  const said = stderr.trim() === '' ? 'without a word' : `with: ${stderr.trim()}`;
  const detail = `Our PowerShell ended with code ${exitCode ?? 'unknown'} ${said}`;
  return failed('script-blocked', explainBlockedScript(stderr)?.detail ?? detail);
}

function failureOf(error: unknown): ScanEnding {
  const failure = classifyFailure(error);
  if (failure) return failed(failure.failureReason, failure.failureDetail);
  if (error instanceof DeadlineExceededError || error instanceof OperationSilentError)
    return failed(
      'scan-timed-out',
      `The scan did not end within ${SCAN_LIMIT_MS / 1000} s: ${messageOf(error)}`,
    );
  throw error;
}

type Failure = Extract<ScanEnding, { ok: false }>;

function failed(failureReason: Failure['failureReason'], failureDetail: string): Failure {
  return { ok: false, failureReason, failureDetail: failureDetail.slice(0, 2000) };
}

const TOO_MUCH = failed('scan-unreadable', `The asset printed more than ${MAX_CHARACTERS} characters`);
