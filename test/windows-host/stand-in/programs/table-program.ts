import { baseNameOf } from '../../model/machine-files.js';
import type { OutputLine, ProgramSpec } from '../../model/program-tables.js';
import { encodeText, type TextEncoding } from '../encoding.js';
import type { ProgramBody, SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';

/** The table entry of a path or command line: the whole text first, then its base name, then that with `.exe`. */
export function findTableProgram(standIn: StandIn, path: string): ProgramBody | undefined {
  const { programs } = standIn.machine.model;
  const base = baseNameOf(path);
  const spec = programs[path.toLowerCase()] ?? programs[base] ?? programs[`${base}.exe`];
  return spec && tableProgram(standIn, spec);
}

/** Whether a file can be used: it lies in the model, or a table says what it does. */
export function fileIsKnown(standIn: StandIn, path: string): boolean {
  const { files, model } = standIn.machine;
  const names = [path.toLowerCase(), baseNameOf(path)];
  return files.has(path) || names.some((name) => name in model.programs || name in model.msiPackages);
}

/** A program that does what its table entry says. */
function tableProgram(standIn: StandIn, spec: ProgramSpec): ProgramBody {
  return async (process) => {
    for (const commandLine of spec.children) standIn.spawn(process, { ...process.launch, commandLine });
    await Promise.all([playOutput(process, spec), flood(process, spec)]);
    return spec.exitCode;
  };
}

const FLOOD_INTERVAL_MS = 10;
const FLOOD_LINE = `${'x'.repeat(98)}\r\n`;

/** Behind its time it hurries, ahead of it it waits: what it prints in all is certain. */
async function flood(process: SimulatedProcess, spec: ProgramSpec): Promise<void> {
  const bytesPerMs = spec.floodBytesPerSecond / 1000;
  const portion = Buffer.alloc(bytesPerMs * FLOOD_INTERVAL_MS, FLOOD_LINE);
  const beganAtMs = performance.now();
  for (let atMs = 0; portion.length > 0 && atMs < spec.durationMs; atMs += FLOOD_INTERVAL_MS) {
    await process.sleep(Math.max(0, beganAtMs + atMs - performance.now()));
    process.write('stdout', portion);
  }
}

interface Performance {
  readonly output: readonly OutputLine[];
  readonly durationMs: number;
  readonly encoding?: TextEncoding;
}

/** Prints each line at its time and returns when the duration is over. */
export async function playOutput(process: SimulatedProcess, performance: Performance): Promise<void> {
  let elapsedMs = 0;
  for (const { atMs, stream, text } of timed(performance)) {
    if (atMs > elapsedMs) await process.sleep(atMs - elapsedMs);
    elapsedMs = Math.max(elapsedMs, atMs);
    process.write(stream, encodeText(`${text}\r\n`, performance.encoding ?? 'utf-8'));
  }
  if (performance.durationMs > elapsedMs) await process.sleep(performance.durationMs - elapsedMs);
}

function timed({ output, durationMs }: Performance) {
  const intervalMs = durationMs / (output.length + 1);
  return output
    .map((line, index) => {
      const { text, stream, atMs } =
        typeof line === 'string' ? { text: line, stream: 'stdout' as const, atMs: undefined } : line;
      return { text, stream, atMs: atMs ?? intervalMs * (index + 1) };
    })
    .toSorted((left, right) => left.atMs - right.atMs);
}
