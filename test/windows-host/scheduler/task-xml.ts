import type { TaskDefinition } from './task-scheduler.js';

/** The definition as Task Scheduler would export it (MS-TSCH 2.5), with the settings that Winch relies on. */
export function taskXml(definition: TaskDefinition): string {
  const { file, rest } = splitProgram(definition.commandLine);
  return [
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    `<Principals><Principal id="Author"><UserId>${escaped(definition.principal)}</UserId></Principal></Principals>`,
    '<Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    `<ExecutionTimeLimit>PT${definition.executionTimeLimitSeconds}S</ExecutionTimeLimit>`,
    '<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries><Priority>4</Priority></Settings>',
    `<Actions><Exec><Command>${escaped(file)}</Command><Arguments>${escaped(rest)}</Arguments></Exec></Actions>`,
    '</Task>',
  ].join('');
}

function splitProgram(commandLine: string): { file: string; rest: string } {
  const match = /^(?:"([^"]*)"|(\S+))\s*(.*)$/s.exec(commandLine);
  return { file: match?.[1] ?? match?.[2] ?? '', rest: match?.[3] ?? '' };
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
