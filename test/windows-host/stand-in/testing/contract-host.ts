import { OPERATION_COMMAND_LINE } from '../../../../src/target/operation-command-line.js';
import { DEMO_PACKAGES } from '../../../contract/operations/msi-uninstall.contract.js';
import type {
  OperationsHost,
  OperationsHostOptions,
  RunningOperation,
} from '../../../contract/operations/operations-host.js';
import type { HostBackend } from '../../engine/backend.js';
import { MachineFiles } from '../../model/machine-files.js';
import type { StandInPatch } from '../../model/model-patch.js';
import type { StandInModel } from '../../model/simulated-machine.js';
import { createStandInBackend } from '../backend.js';

const ACCOUNT = 'PC-0001\\Administrator';

const { demo, reboot } = DEMO_PACKAGES;
const MSI_PACKAGES = {
  [demo.file]: { productCode: demo.code, name: 'Winch Demo', version: '1.2.3' },
  [reboot.file]: {
    productCode: reboot.code,
    name: 'Winch Reboot',
    version: '1.2.3',
    exitCode: 3010,
    uninstallExitCode: 3010,
  },
};

/** The stand-in as the operations' contract sees it: no socket, no WinRM between. */
export function standInOperationsHost(options: OperationsHostOptions = {}): Promise<OperationsHost> {
  return Promise.resolve(
    operationsHostOf(
      createStandInBackend({ name: 'PC-0001', patch: { msiPackages: MSI_PACKAGES }, ...options }),
    ),
  );
}

export function operationsHostOf(backend: HostBackend): OperationsHost {
  return {
    ...machineAccess(backend),
    runOperation: (stdin) => runOperation(backend, stdin),
    close: () => backend.close(),
  };
}

/** What the contract looks at and does beside the operations. */
export function machineAccess(backend: HostBackend): Omit<OperationsHost, 'runOperation' | 'close'> {
  const files = () => new MachineFiles(backend.model.files);
  return {
    runsScripts: false,
    readFile: (path) => Promise.resolve(files().read(path)),
    listFolder: (path) => Promise.resolve(namesIn(files(), path)),
    appendToFile: (path, text) => {
      const content = `${files().read(path) ?? ''}${text}`;
      return Promise.resolve(backend.patchModel({ files: { [path]: { content } } }));
    },
    processes: () => Promise.resolve(backend.model.processes),
    started: () => Promise.resolve(backend.started()),
    tasks: () => Promise.resolve(backend.tasks().map(({ path }) => path)),
    setShare: (root, { files: content, ...share }) => {
      const entries = Object.entries(content).map(([name, text]) => [`${root}\\${name}`, { content: text }]);
      backend.patchModel({ files: Object.fromEntries(entries), ...sharePatch(root, share) });
      return Promise.resolve();
    },
    connections: () => Promise.resolve(connectionsOf(backend)),
    startProgram: (line) => {
      void runProgram(backend, line);
      return Promise.resolve();
    },
    endProcess: (pid) => runProgram(backend, `taskkill /f /pid ${pid}`),
    reboot: () => backend.reboot(),
  };
}

/** The stand-in's own tables, which other backends do not have. */
function sharePatch(root: string, share: object): StandInPatch {
  return { shares: { [root]: share } };
}

function connectionsOf({ model }: HostBackend): readonly string[] {
  const { connections } = model as StandInModel;
  return connections.map(({ share }) => share);
}

function namesIn(files: MachineFiles, folder: string): string[] {
  return files.list(folder).map((path) => path.slice(folder.length + 1));
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

function runOperation(backend: HostBackend, stdin: Buffer): RunningOperation {
  const output = new LineQueue();
  const process = backend.engine.start({
    ...launchOf(backend),
    commandLine: OPERATION_COMMAND_LINE,
    onOutput: (stream, bytes) => {
      if (stream === 'stdout') output.push(bytes.toString());
    },
  });
  process.writeStdin(stdin);
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
