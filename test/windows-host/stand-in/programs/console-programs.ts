import type { ProgramBody, SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { splitArguments } from './command-line.js';

/** `ping.exe`: one line a second, so N echoes take N-1 seconds. Only this machine answers. */
export function ping(standIn: StandIn, argumentText: string): ProgramBody {
  const words = splitArguments(argumentText);
  const count = Number(optionValue(words, 'n') ?? 4);
  const target = words.findLast((word, index) => !isOption(word) && !isOption(words[index - 1] ?? '')) ?? '';
  const answers = ['127.0.0.1', '::1', 'localhost', standIn.machine.model.name.toLowerCase()];
  return async (process) => {
    if (!answers.includes(target.toLowerCase())) return unknownHost(process, target);
    process.write('stdout', `\r\nPinging ${target} with 32 bytes of data:\r\n`);
    for (let echo = 1; echo <= count; echo++) {
      process.write('stdout', `Reply from ${target}: bytes=32 time<1ms TTL=128\r\n`);
      if (echo < count) await process.sleep(1000);
    }
    process.write('stdout', `\r\nPing statistics for ${target}:\r\n`);
    process.write('stdout', `    Packets: Sent = ${count}, Received = ${count}, Lost = 0 (0% loss),\r\n`);
    return 0;
  };
}

function unknownHost(process: SimulatedProcess, target: string): number {
  process.write(
    'stdout',
    `Ping request could not find host ${target}. Please check the name and try again.\r\n`,
  );
  return 1;
}

/** `timeout.exe /t N`: waits; unlike Windows' it does not mind that stdin is redirected. */
export function timeout(_standIn: StandIn, argumentText: string): ProgramBody {
  const words = splitArguments(argumentText);
  const seconds = Number(optionValue(words, 't') ?? words.find((word) => !isOption(word)) ?? 0);
  return async (process) => {
    process.write('stdout', `\r\nWaiting for ${seconds} seconds, press a key to continue ...\r\n`);
    await process.sleep(seconds * 1000);
    return 0;
  };
}

export function hostname(standIn: StandIn): ProgramBody {
  return printing(() => standIn.machine.model.name);
}

/** `whoami.exe` prints the account in lower case, and a name of its own for SYSTEM. */
export function whoami(): ProgramBody {
  return printing(({ account }) => (account === 'SYSTEM' ? 'nt authority\\system' : account.toLowerCase()));
}

function printing(line: (process: SimulatedProcess) => string): ProgramBody {
  return (process) => {
    process.write('stdout', `${line(process)}\r\n`);
    return Promise.resolve(0);
  };
}

/** The word after `/name` or `-name`. */
export function optionValue(words: readonly string[], name: string): string | undefined {
  const index = words.findIndex((word) => isOption(word) && word.slice(1).toLowerCase() === name);
  return index < 0 ? undefined : words[index + 1];
}

export function hasOption(words: readonly string[], name: string): boolean {
  return words.some((word) => isOption(word) && word.slice(1).toLowerCase() === name);
}

function isOption(word: string): boolean {
  return /^[/-]\w/.test(word);
}
