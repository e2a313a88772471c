import { z } from 'zod';

/** A fixed disk of a machine. */
export const diskSchema = z.strictObject({
  /** `C:\`. */
  name: z.string(),
  fileSystem: z.string().default('NTFS'),
  sizeBytes: z.number().int().min(0),
  freeBytes: z.number().int().min(0),
});

export const memorySchema = z.strictObject({
  totalBytes: z.number().int().min(0),
  freeBytes: z.number().int().min(0),
});

/** What a machine is made of, where the stand-in engine is behind it. */
export interface Hardware {
  disks: z.infer<typeof diskSchema>[];
  memory: z.infer<typeof memorySchema>;
}

const GIB = 1024 ** 3;

/** An office computer. */
export function usualHardware(): Hardware {
  return {
    disks: [{ name: 'C:\\', fileSystem: 'NTFS', sizeBytes: 256 * GIB, freeBytes: 100 * GIB }],
    memory: { totalBytes: 16 * GIB, freeBytes: 8 * GIB },
  };
}
