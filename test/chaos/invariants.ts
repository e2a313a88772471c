import { createHash } from 'node:crypto';
import type { RunEvent } from '../harness/client.js';
import { journalLines, type RunEvidence, type StoredEvent } from './evidence.js';

/** The value of the secret parameter: it may stand nowhere in what is recorded. */
export const PLANTED = 'pl4nted-Secret!';

type Rule = (evidence: RunEvidence) => readonly string[];

const RULES: readonly Rule[] = [
  hasOneEnd,
  hasRightOutcome,
  isNumberedWithoutGaps,
  startedNothingTwice,
  equalsJournal,
  hidesSecret,
];

/** Everything that is not as it must be with this run; empty when all is well. */
export function brokenPromises(evidence: RunEvidence): string[] {
  const { host, run } = evidence;
  return RULES.flatMap((rule) => rule(evidence)).map((problem) => `${host} (run ${run.id}): ${problem}`);
}

/** The longest time in which nobody followed the run, in milliseconds; 0 when it was never followed anew. */
export function longestRecoveryMs(events: readonly RunEvent[]): number {
  let longestMs = 0;
  let followedAtMs: number | undefined;
  for (const event of events) {
    const atMs = Date.parse(String(event['at']));
    if (event.type === 'run.reattached' && followedAtMs !== undefined)
      longestMs = Math.max(longestMs, atMs - followedAtMs);
    if (!SAYS_NOTHING_OF_FOLLOWING.has(event.type)) followedAtMs = atMs;
  }
  return longestMs;
}

/** Recorded while nobody reads the journal. */
const SAYS_NOTHING_OF_FOLLOWING = new Set([
  'run.queued',
  'run.delayed',
  'run.connecting',
  'run.starting',
  'run.reconciling',
]);

function hasOneEnd({ run, events }: RunEvidence): string[] {
  const ends = events.filter((event) => event.type === 'run.finished');
  if (run.state !== 'finished') return [`is ${run.state}, not finished`];
  if (ends.length !== 1) return [`has ${ends.length} events run.finished`];
  const outcome = ends[0]?.['outcome'];
  return outcome === run.outcome
    ? []
    : [`ended as ${String(outcome)} in its events, as ${run.outcome} in its row`];
}

function hasRightOutcome(evidence: RunEvidence): string[] {
  const { outcome, failureReason, failureDetail } = evidence.run;
  const allowed = allowedEnds(evidence);
  const end = failureReason === null ? String(outcome) : `${outcome}/${failureReason}`;
  if (allowed.includes(end)) return [];
  return [`ended as ${end} (${failureDetail}), expected ${allowed.join(' or ')}`];
}

/** What the run may end as, from what was done to its host. */
function allowedEnds(evidence: RunEvidence): string[] {
  const { reboots, wasAway, starts, journal } = evidence;
  if (evidence.wasLiedAbout) return ['unknown/journal-conflict', 'unknown/journal-unreadable'];
  if (reboots.includes('under-way')) return ['interrupted/target-rebooted'];
  const startedNothing = Object.values(starts).every((count) => count === 0);
  // A host that refuses the first connection has answered: nothing was sent, and the run ends at once.
  if (wasAway && startedNothing && journal === null) return ['succeeded', 'unreachable/connection-refused'];
  if (startedNothing && evidence.followersWereLost) return ['succeeded', 'failed/secrets-not-delivered'];
  return ['succeeded'];
}

function isNumberedWithoutGaps({ events }: RunEvidence): string[] {
  const wrong = events.findIndex((event, index) => event.seq !== index + 1);
  return wrong < 0 ? [] : [`has seq ${events[wrong]?.seq} where ${wrong + 1} belongs`];
}

function startedNothingTwice({ run, starts }: RunEvidence): string[] {
  const twice = Object.entries(starts).filter(([, count]) => count > 1);
  const never = run.outcome === 'succeeded' ? Object.entries(starts).filter(([, count]) => count === 0) : [];
  return [...twice, ...never].map(([step, count]) => `started ${step} ${count} times`);
}

/**
 * The database against the host's own journal: line by line, by digest and by content. Of a journal that lies, only what
 * came before the lie was found out.
 */
function equalsJournal({ journal, stored, wasLiedAbout }: RunEvidence): string[] {
  const lines = journalLines(journal);
  const recorded = stored.filter((event) => event.source === 'runner');
  if (wasLiedAbout ? recorded.length >= lines.length : recorded.length !== lines.length)
    return [`recorded ${recorded.length} runner events, the journal holds ${lines.length}`];
  return recorded.flatMap((event, index) => differences(event, { line: lines[index] ?? '', seq: index + 1 }));
}

function differences(
  event: StoredEvent,
  expected: { readonly line: string; readonly seq: number },
): string[] {
  const { line, seq } = expected;
  const problems: string[] = [];
  if (event.sourceSeq !== seq)
    problems.push(`recorded journal seq ${event.sourceSeq} in the place of ${seq}`);
  if (event.digest !== createHash('sha256').update(line).digest('hex'))
    problems.push(`recorded another digest than that of journal line ${seq}`);
  if (contentOf(event) !== canonical(JSON.parse(line)))
    problems.push(`recorded other content than that of journal line ${seq}`);
  return problems;
}

function contentOf({ sourceSeq, type, at, body }: StoredEvent): string {
  return canonical({ ...JSON.parse(body), seq: sourceSeq, type, at });
}

function canonical(content: object): string {
  return JSON.stringify(Object.entries(content).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function hidesSecret({ events, stored, journal }: RunEvidence): string[] {
  const everything = JSON.stringify([events, stored, journal]);
  return everything.includes(PLANTED) ? ['shows the value of its secret parameter'] : [];
}
