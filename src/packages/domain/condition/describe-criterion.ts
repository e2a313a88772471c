import type { PlanCriterion, PlanSubject } from './plan-condition.js';

/** What a criterion looks at, for people: `file C:\app.exe: version`. */
export function describeCriterion({ subject, property }: PlanCriterion): string {
  const what = describeSubject(subject);
  const isWhole = property === 'exists' || property === subject.kind || SINGLE.has(subject.kind);
  return isWhole ? what : `${what}: ${property}`;
}

/** Subjects with one property, whose name says nothing more. */
const SINGLE: ReadonlySet<PlanSubject['kind']> = new Set(['architecture', 'logged-on-user', 'powershell']);

/** What is expected, for people: `greaterOrEqual 24.9`, `exists`, `does not exist`. */
export function describeExpected({ operator, expected }: PlanCriterion): string {
  if (operator !== 'exists') return `${operator} ${expected}`;
  return expected === 'true' ? 'exists' : 'does not exist';
}

function describeSubject(subject: PlanSubject): string {
  switch (subject.kind) {
    case 'file':
      return `file ${subject.path}`;
    case 'registry':
      return `registry ${subject.key}${subject.value === null ? '' : `, value ${subject.value || '(default)'}`}${subject.view === 32 ? ' (32-bit view)' : ''}`;
    case 'product':
      return `product ${subject.text}`;
    case 'process':
    case 'service':
      return `${subject.kind} ${subject.name}`;
    case 'disk':
      return `disk ${subject.drive}`;
    case 'os':
    case 'architecture':
    case 'memory':
      return subject.kind;
    case 'reboot-pending':
      return 'pending reboot';
    case 'logged-on-user':
      return 'logged-on user';
    case 'powershell':
      return 'Windows PowerShell';
  }
}
