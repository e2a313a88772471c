import { z } from 'zod';
import { hostileText } from './hostile-text.js';

/**
 * The lines that the operation `scan` prints (docs/developing/operations.md, "scan"): first `scan-system`, then any
 * number of `scan-software`, then `scan-ended`. What they hold was written by whoever made the software of a machine
 * that may be hostile: a line outside these bounds is refused, the texts inside are cleaned.
 * Keep in step with src/target/operations/scan.ps1 and scan/*.ps1.
 */
export const MAX_SOFTWARE_ROWS = 5000;
const MAX_ROWS_PER_LINE = 50;

const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

export const PENDING_REBOOT_REASONS = [
  'component-servicing',
  'windows-update',
  'file-rename',
  'computer-rename',
] as const;
export const OS_KINDS = ['client', 'server', 'domain-controller'] as const;
export const ARCHITECTURES = ['x64', 'x86', 'arm64'] as const;

const operatingSystem = z.strictObject({
  name: hostileText(255),
  /** Major, minor, build. */
  version: z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/),
  build: z.number().int().min(0).max(1_000_000_000),
  /** The number after the build's point (UBR), which grows with each update; null before Windows 10. */
  revision: z.number().int().min(0).max(0x7fff_ffff).nullable(),
  /** `22H2`; empty where Windows has no such name. */
  displayVersion: hostileText(50),
  kind: z.enum(OS_KINDS),
  architecture: z.enum(ARCHITECTURES),
});

const disk = z.strictObject({
  /** `C:\`. */
  name: hostileText(20),
  fileSystem: hostileText(20),
  sizeBytes: bytes,
  freeBytes: bytes,
});

export const scanSystemLine = z.strictObject({
  op: z.literal('scan-system'),
  computerName: hostileText(64),
  os: operatingSystem,
  /** The domain, or the workgroup of a machine that is in none. Like all that WMI tells, null when it does not answer. */
  domain: hostileText(255).nullable(),
  isDomainMember: z.boolean(),
  manufacturer: hostileText(255).nullable(),
  model: hostileText(255).nullable(),
  memory: z.strictObject({ totalBytes: bytes, freeBytes: bytes }).nullable(),
  /** Fixed disks that can be read. */
  disks: z.array(disk).max(64),
  /** The last boot, by the target's clock. */
  bootId: instant,
  /** The target's clock at the time of the scan. */
  clock: instant,
  powershellVersion: hostileText(64),
  pendingReboot: z.array(z.enum(PENDING_REBOOT_REASONS)).max(PENDING_REBOOT_REASONS.length),
  /** `DOMAIN\user` of those who have a session. */
  users: z.array(hostileText(255)).max(100),
});

const softwareRow = z.strictObject({
  /** The name of its Uninstall key. */
  key: hostileText(255),
  /** The registry view that it stands in; null for a user's software. */
  view: z.enum(['x64', 'x86']).nullable(),
  /** Whose it is; null: the machine's. Empty where nothing tells the name of the account. */
  user: hostileText(255).nullable(),
  name: hostileText(255),
  version: hostileText(100),
  publisher: hostileText(255),
  /** Of a product of Windows Installer. */
  productCode: z
    .string()
    .regex(/^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/)
    .nullable(),
  uninstallCommand: hostileText(1000),
  installedOn: z.iso.date().nullable().catch(null),
});

export const scanSoftwareLine = z.strictObject({
  op: z.literal('scan-software'),
  rows: z.array(softwareRow).min(1).max(MAX_ROWS_PER_LINE),
});

export const scanEndedLine = z.strictObject({
  op: z.literal('scan-ended'),
  /** How many rows were printed before. */
  rows: z.number().int().min(0).max(MAX_SOFTWARE_ROWS),
  /** There are more, which were left out. */
  isTruncated: z.boolean(),
  durationMs: z.number().int().min(0),
});

export type ScannedSystem = Omit<z.infer<typeof scanSystemLine>, 'op'>;
export type ScannedSoftware = z.infer<typeof softwareRow>;

/** What a scan found, parsed and without doubles; sent to the api as it is. */
export const scanResultSchema = z.strictObject({
  system: scanSystemLine.omit({ op: true }),
  software: z.array(softwareRow).max(MAX_SOFTWARE_ROWS),
  isTruncated: z.boolean(),
});
export type ScanResult = z.infer<typeof scanResultSchema>;
