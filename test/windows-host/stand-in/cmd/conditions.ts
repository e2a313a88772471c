import { type CmdSession, resolvePath } from './session.js';

export interface IfStatement {
  readonly holds: boolean;
  readonly command: string;
}

/** `if [/i] [not] (errorlevel N | exist PATH | defined NAME | A==B) command`; undefined for any other form. */
export function evaluateIf(session: CmdSession, text: string): IfStatement | undefined {
  const [, options = '', rest = ''] = /^if\s+((?:(?:\/i|not)\s+)*)(.*)$/is.exec(text) ?? [];
  const condition = evaluateCondition(session, rest, /\/i/i.test(options));
  if (condition === undefined || /^\(|\belse\b/i.test(condition.command)) return undefined;
  return { ...condition, holds: condition.holds !== /not/i.test(options) };
}

function evaluateCondition(session: CmdSession, rest: string, ignoreCase: boolean): IfStatement | undefined {
  const named = /^(errorlevel|exist|defined)\s+("[^"]*"|\S+)\s+(.*)$/is.exec(rest);
  if (named !== null) {
    const [, keyword = '', operand = '', command = ''] = named;
    return { holds: evaluateNamed(session, keyword.toLowerCase(), operand), command };
  }
  const [, left, right, command] = /^("[^"]*"|[^\s=]+)\s*==\s*("[^"]*"|\S+)\s+(.*)$/s.exec(rest) ?? [];
  if (left === undefined || right === undefined || command === undefined) return undefined;
  const holds = ignoreCase ? left.toLowerCase() === right.toLowerCase() : left === right;
  return { holds, command };
}

function evaluateNamed(session: CmdSession, keyword: string, operand: string): boolean {
  if (keyword === 'errorlevel') return (session.errorLevel | 0) >= Number(operand);
  if (keyword === 'defined') return session.environment.get(operand) !== undefined;
  const { files } = session.standIn.machine;
  const path = resolvePath(session, operand);
  return files.has(path) || files.folderExists(path);
}

export interface Loop {
  readonly variable: string;
  readonly items: readonly string[];
  readonly command: string;
}

/** `for %i in (a b c) do command` and `for /l %i in (start,step,end) do command`; undefined for any other form. */
export function loopItems(text: string): Loop | undefined {
  const match = /^for\s+(\/l\s+)?(%[a-z])\s+in\s+\(([^)]*)\)\s+do\s+(.*)$/is.exec(text);
  const [, counting, variable, list, command] = match ?? [];
  if (variable === undefined || list === undefined || command === undefined) return undefined;
  const words = list.split(/[\s,;]+/).filter((word) => word !== '');
  return { variable, items: counting === undefined ? words : countedItems(words.map(Number)), command };
}

const MOST_ITEMS = 1_000_000;

function countedItems([start = 0, step = 1, end = 0]: readonly number[]): string[] {
  const items: string[] = [];
  if (step === 0) return items;
  for (let item = start; step > 0 ? item <= end : item >= end; item += step) {
    if (items.length === MOST_ITEMS) break;
    items.push(String(item));
  }
  return items;
}
