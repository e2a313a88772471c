import { isSuccess } from '../domain/outcome.js';
import type { DeploymentReport, FailureGroup, ReportRow } from '../report.service.js';

/** Longer lists make pages that no mail program opens: failures come first, and what is left out is counted. */
const MAX_ROWS = 5_000;

/** Nothing but its own styles: also where the file is opened from a disk or a mail. */
export const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

const META_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;color:#1b1f23;margin:2em;max-width:72em}
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #d0d7de}
th{background:#f6f8fa}.good{color:#116329}.bad{color:#a40e26}.note{color:#57606a}dt{font-weight:600;float:left;clear:left;width:11em}dd{margin:0 0 .3em 11em}`;

/** A report as one HTML page without any other file. Every value is escaped: names and details come from outside. */
export function reportPage(report: DeploymentReport): string {
  const { deployment, failures, runs, madeAt } = report;
  const title = `${deployment.packageName}: ${deployment.state}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(META_POLICY)}">
<meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>${STYLE}</style></head><body>
<h1>${escape(deployment.packageName)}, revision ${deployment.revision}</h1>
${facts(report)}
${failures.length === 0 ? '' : failureTable(failures)}
${runTable(runs)}
<p class="note">Made by Winch at ${time(madeAt)}.${deployment.state === 'finished' ? '' : ' The deployment has not finished yet.'}</p>
</body></html>
`;
}

function facts({ deployment, counts }: DeploymentReport): string {
  const { ticketSystem, ticketId, finishedAt } = deployment;
  const outcomes = Object.entries(counts.byOutcome).map(([outcome, count]) => `${count} ${outcome}`);
  const open = counts.total - (counts.byState.finished ?? 0);
  const rows: readonly (readonly [string, string | null])[] = [
    ['Deployment', deployment.id],
    ['State', deployment.state],
    ['Ticket', ticketId === null ? null : `${ticketSystem ?? ''} ${ticketId}`],
    ['Ordered by', deployment.executor],
    ['Ordered', time(deployment.createdAt)],
    ['First start', deployment.startedAt === null ? null : time(deployment.startedAt)],
    ['Finished', finishedAt === null ? null : time(finishedAt)],
    ['Assets', String(counts.total)],
    ['Outcomes', outcomes.join(', ') || null],
    ['Not finished', open === 0 ? null : String(open)],
  ];
  const given = rows.flatMap(([name, value]) =>
    value === null ? [] : [`<dt>${name}</dt><dd>${escape(value)}</dd>`],
  );
  return `<dl>${given.join('\n')}</dl>`;
}

function failureTable(failures: readonly FailureGroup[]): string {
  const rows = failures.map(
    ({ count, outcome, meaning, hint, assets }) =>
      `<tr><td>${count}</td><td class="bad">${escape(outcome)}</td><td>${escape(meaning)}<br><span class="note">${escape(hint)}</span></td><td>${escape(named(assets, count))}</td></tr>`,
  );
  return `<h2>What failed, and what to check</h2>
<table><thead><tr><th>Assets</th><th>Outcome</th><th>Reason</th><th>Which</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

function named(assets: readonly string[], count: number): string {
  const more = count - assets.length;
  return `${assets.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function runTable(runs: readonly ReportRow[]): string {
  const ordered = runs.toSorted((a, b) => rank(a) - rank(b) || a.assetName.localeCompare(b.assetName));
  const left = ordered.length - MAX_ROWS;
  return `<h2>All assets</h2>
<table><thead><tr><th>Asset</th><th>Outcome</th><th>Reason</th><th>Return code</th><th>Last step</th><th>Finished</th></tr></thead><tbody>
${ordered.slice(0, MAX_ROWS).map(runRow).join('\n')}
</tbody></table>${left > 0 ? `<p class="note">${left} more are left out.</p>` : ''}`;
}

/** Failures first, then what has not finished. */
function rank({ outcome }: ReportRow): number {
  if (outcome === null) return 1;
  return isSuccess(outcome) ? 2 : 0;
}

function runRow(run: ReportRow): string {
  const { assetName, outcome, state, failureReason, failureDetail, returnCode, lastStep, finishedAt } = run;
  const isGood = outcome !== null && isSuccess(outcome);
  const mark = outcome === null ? 'note' : isGood ? 'good' : 'bad';
  const reason = [failureReason, failureDetail === '' ? null : failureDetail].filter((part) => part !== null);
  const cells = [
    reason.join(': '),
    returnCode === null ? '' : String(returnCode),
    lastStep ?? '',
    finishedAt === null ? '' : time(finishedAt),
  ];
  return `<tr><td>${escape(assetName)}</td><td class="${mark}">${escape(outcome ?? state)}</td>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
}

function time(instant: string): string {
  return `${instant.slice(0, 19).replace('T', ' ')} UTC`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
