import { disconnect } from '../runner/share.js';
import type { ProgramBody } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { splitArguments } from './command-line.js';

/** `net.exe use \\server\share /delete`: of the connections of its own logon session. */
export function net(standIn: StandIn, argumentText: string): ProgramBody {
  const [command, root = '', option] = splitArguments(argumentText);
  return (process) => {
    if (command?.toLowerCase() !== 'use' || option?.toLowerCase() !== '/delete') {
      process.write('stderr', 'Of net.exe only use with /delete is known here\r\n');
      return Promise.resolve(1);
    }
    if (disconnect(standIn, root, process.account)) return Promise.resolve(0);
    process.write('stderr', 'The network connection could not be found.\r\n');
    return Promise.resolve(2);
  };
}
