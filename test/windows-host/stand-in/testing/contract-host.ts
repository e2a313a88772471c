import type {
  OperationsHost,
  OperationsHostOptions,
  RunningOperation,
} from '../../../contract/operations/operations-host.js';
import type { HostBackend } from '../../engine/backend.js';
import { MachineFiles } from '../../model/machine-files.js';
import { createStandInBackend } from '../backend.js';

const ACCOUNT = 'PC-0001\\Administrator';

const OPERATION_COMMAND_LINE =
  '%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass ' +
  '-Command "$i=@($input);$winch=$i[0];$secret=$i[1];$i[0]=$i[1]=$null;& ([scriptblock]::Create($i -join [char]10))"';

/** The stand-in as the operations' contract sees it: no socket, no WinRM between. */
export function standInOperationsHost(options: OperationsHostOptions = {}): Promise<OperationsHost> {
  return Promise.resolve(operationsHostOf(createStandInBackend({ name: 'PC-0001', ...options })));
}

export function operationsHostOf(backend: HostBackend): OperationsHost {
  const files = () => new MachineFiles(backend.model.files);
  return {
    runOperation: (firstLine, secretLine) => runOperation(backend, `${firstLine}\n${secretLine}\n# script\n`),
    readFile: (path) => Promise.resolve(files().read(path)),
    listFolder: (path) =>
      Promise.resolve(
        files()
          .list(path)
          .map((name) => name.slice(path.length + 1)),
      ),
    appendToFile: (path, text) => {
      const content = `${files().read(path) ?? ''}${text}`;
      return Promise.resolve(backend.patchModel({ files: { [path]: { content } } }));
    },
    processes: () => Promise.resolve(backend.model.processes),
    started: () => Promise.resolve(backend.started()),
    tasks: () => Promise.resolve(backend.tasks().map(({ path }) => path)),
    endProcess: (pid) => runProgram(backend, `taskkill /f /pid ${pid}`),
    reboot: () => backend.reboot(),
    close: () => backend.close(),
  };
}

async function runProgram(backend: HostBackend, commandLine: string): Promise<void> {
  const process = backend.engine.start({ ...launchOf(backend), commandLine, onOutput: () => undefined });
  await process.exited;
}

function launchOf(backend: HostBackend) {
  return {
    account: ACCOUNT,
    environment: backend.environmentOf(ACCOUNT),
    workingDirectory: 'C:\\Users\\Administrator',
  };
}

function runOperation(backend: HostBackend, stdin: string): RunningOperation {
  const output = new LineQueue();
  const process = backend.engine.start({
    ...launchOf(backend),
    commandLine: OPERATION_COMMAND_LINE,
    onOutput: (stream, bytes) => {
      if (stream === 'stdout') output.push(bytes.toString());
    },
  });
  process.writeStdin(Buffer.from(stdin, 'ascii'));
  process.endStdin();
  void endWith(process.exited, output);
  return { lines: output, kill: () => process.killTree() };
}

async function endWith(exited: Promise<number>, output: LineQueue): Promise<void> {
  await exited;
  output.end();
}

/** Text pieces in, lines out. */
class LineQueue implements AsyncIterable<string> {
  #text = '';
  #over = false;
  #wake: () => void = () => undefined;

  push(text: string): void {
    this.#text += text;
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end).replace(/\r$/, '');
        this.#text = this.#text.slice(end + 1);
        yield line;
      } else if (this.#over) return;
      else await this.#news();
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
