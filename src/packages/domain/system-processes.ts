import { matchesNamePattern } from './name-pattern.js';

/**
 * Image names of the processes that Windows cannot live without: when one of them ends, the machine stops at once or
 * restarts within a minute. No package may end them. Keep in step with src/target/runner/kill-process.ps1 (Test-SystemProcess).
 */
export const SYSTEM_PROCESSES = [
  'System Idle Process',
  'System',
  'Secure System',
  'Registry',
  'Memory Compression',
  'smss.exe',
  'csrss.exe',
  'wininit.exe',
  'winlogon.exe',
  'services.exe',
  'lsass.exe',
  'lsaiso.exe',
  'svchost.exe',
] as const;

/** The ids of the idle process and of System: the same on every Windows. */
export const SYSTEM_PROCESS_IDS: readonly number[] = [0, 4];

/** The image name that an author means: Windows shows `notepad.exe` where people say `notepad`. */
export function imageName(written: string): string {
  const isSystem = SYSTEM_PROCESSES.some((name) => name.toLowerCase() === written.toLowerCase());
  return isSystem || written.includes('.') || written.endsWith('*') ? written : `${written}.exe`;
}

/** The first of Windows' own processes that an image name or pattern would end; undefined when there is none. */
export function systemProcessMatching(pattern: string): string | undefined {
  return SYSTEM_PROCESSES.find((name) => matchesNamePattern(name, pattern));
}
