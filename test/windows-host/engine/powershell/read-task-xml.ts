import { SaxesParser } from 'saxes';
import type { TaskDefinition } from '../../scheduler/task-scheduler.js';
import { ShimFault } from './shim-requests.js';

/** SCHED_E_MALFORMEDXML. */
const MALFORMED_XML = 0x8004_131a;

/** What the simulated Task Scheduler obeys of a task's XML ([MS-TSCH] 2.5). Throws a ShimFault for XML that is none. */
export function readTaskXml(xml: string): Omit<TaskDefinition, 'path' | 'xml'> {
  const texts = textsOf(xml);
  const command = texts.get('Task/Actions/Exec/Command');
  if (command === undefined) throw new ShimFault(MALFORMED_XML, 'The task XML has no action');
  return {
    commandLine: `"${command}" ${texts.get('Task/Actions/Exec/Arguments') ?? ''}`.trimEnd(),
    workingDirectory: texts.get('Task/Actions/Exec/WorkingDirectory') ?? 'C:\\Windows\\system32',
    principal: texts.get('Task/Principals/Principal/UserId') ?? 'S-1-5-18',
    executionTimeLimitSeconds: secondsOf(texts.get('Task/Settings/ExecutionTimeLimit') ?? 'PT72H'),
  };
}

/** The text of each element by its path. */
function textsOf(xml: string): Map<string, string> {
  const texts = new Map<string, string>();
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new ShimFault(MALFORMED_XML, `The task XML is malformed: ${error.message}`);
  });
  parser.on('opentag', ({ name }) => void path.push(name));
  parser.on('text', (text) => void texts.set(path.join('/'), `${texts.get(path.join('/')) ?? ''}${text}`));
  parser.on('closetag', () => void path.pop());
  parser.write(xml.replace(/^\s*<\?xml[^>]*\?>/, '')).close();
  return new Map([...texts].map(([name, text]) => [name, text.trim()]));
}

/** xs:duration with days and times; 0 is no limit. */
function secondsOf(duration: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (match === null) throw new ShimFault(MALFORMED_XML, `The task XML has the duration ${duration}`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
