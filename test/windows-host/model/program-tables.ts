import { z } from 'zod';

/** One piece of a program's output. A bare string is a line on stdout; lines without `atMs` are spread evenly. */
const outputLine = z.union([
  z.string(),
  z.strictObject({
    text: z.string(),
    stream: z.enum(['stdout', 'stderr']).default('stdout'),
    /** Milliseconds after the start. */
    atMs: z.number().min(0).optional(),
  }),
]);

const exitCode = z.number().int().min(-0x8000_0000).max(0xffff_ffff);

/** A program of the stand-in engine: what it prints, how long it takes, how it ends. */
export const programSpecSchema = z.strictObject({
  durationMs: z.number().min(0).default(0),
  output: z.array(outputLine).default([]),
  /** Prints this much besides, in lines of 100 characters, from its start to its end. */
  floodBytesPerSecond: z.number().int().min(0).max(1_000_000_000).default(0),
  exitCode: exitCode.default(0),
  /** The encoding that the program writes its output in. */
  encoding: z.enum(['utf-8', 'utf-16', 'oem']).default('utf-8'),
  /** Command lines that it starts at once and does not wait for. They live on when it ends by itself. */
  children: z.array(z.string()).default([]),
});

/** A Windows Installer package: what `msiexec /i` of it does. */
export const msiPackageSpecSchema = z.strictObject({
  productCode: z.string().regex(/^\{[0-9A-Fa-f-]{36}\}$/, 'A product code is a GUID in braces'),
  name: z.string(),
  version: z.string(),
  publisher: z.string().optional(),
  durationMs: z.number().min(0).default(0),
  output: z.array(outputLine).default([]),
  /** Of an installation; 0, 1641 and 3010 leave the product installed. */
  exitCode: exitCode.default(0),
  uninstallExitCode: exitCode.default(0),
  /** How long the Windows Installer service works on after msiexec was killed. */
  lingersAfterKillMs: z.number().min(0).default(0),
});

/** What the stand-in engine does in place of its usual course, to bring about a refusal or a failed start. */
export const quirksSchema = z.strictObject({
  /** `start` answers with this instead of working: `powershell-too-old`, `script-blocked`, `access-denied`, ... */
  refusal: z
    .strictObject({ reason: z.string().max(64), detail: z.string() })
    .nullable()
    .default(null),
  /** Tasks are registered but end at once with this result, so `claimed` never appears. */
  taskStartResult: z.number().int().min(0).max(0xffff_ffff).nullable().default(null),
  /** The runner's process is there, but does not come to its first act until this is false again. */
  holdsClaim: z.boolean().default(false),
});

/** A share on some file server, as this machine reaches it. */
export const shareSpecSchema = z.strictObject({
  /** Accounts of this machine that may read it as they are; `SYSTEM` is the computer's own. */
  readers: z.array(z.string()).default([]),
  /** Passwords by the user names that a connection may be made with. */
  logons: z.record(z.string(), z.string()).default({}),
  /** Something on this machine is connected to the server under another account: error 1219. */
  conflict: z.boolean().default(false),
});

/** A connection that `New-PSDrive -Credential` made, until it is removed or the machine starts again. */
export interface ShareConnection {
  readonly share: string;
  readonly username: string;
  /** Whose logon session holds it. */
  readonly account: string;
}

/**
 * Programs by base name (`setup.exe`, `kb1.msu`, `check.ps1`), full path or whole command line, lower-cased.
 * Packages by base name or full path of the .msi or .msp, lower-cased. Shares by `\\server\share`, lower-cased.
 */
export interface ProgramTables {
  programs: Record<string, ProgramSpec>;
  msiPackages: Record<string, MsiPackageSpec>;
  quirks: Quirks;
  shares: Record<string, ShareSpec>;
  connections: ShareConnection[];
}

export type OutputLine = z.infer<typeof outputLine>;
export type ProgramSpec = z.infer<typeof programSpecSchema>;
export type MsiPackageSpec = z.infer<typeof msiPackageSpecSchema>;
export type ShareSpec = z.infer<typeof shareSpecSchema>;
export type Quirks = z.infer<typeof quirksSchema>;
