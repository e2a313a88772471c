import type { HostBackend } from '../../engine/backend.js';

const ACCOUNT = 'PC-0001\\Administrator';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command on a machine as a WinRM shell would, to its end. */
export async function runCommand(backend: HostBackend, commandLine: string): Promise<CommandResult> {
  const output = { stdout: '', stderr: '' };
  const process = startCommand(backend, commandLine, (stream, text) => {
    output[stream] += text;
  });
  return { exitCode: await process.exited, ...output };
}

export function startCommand(
  backend: HostBackend,
  commandLine: string,
  onText: (stream: 'stdout' | 'stderr', text: string) => void = () => undefined,
) {
  return backend.engine.start({
    commandLine,
    account: ACCOUNT,
    environment: { ...backend.environmentOf(ACCOUNT), WINCH_TOKEN: 't0ken' },
    workingDirectory: 'C:\\Users\\Administrator',
    onOutput: (stream, bytes) => onText(stream, bytes.toString()),
  });
}
