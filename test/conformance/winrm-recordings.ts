import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of recorded traffic and known answers (see its README for origin and licences). */
const recordingsFolder =
  process.env['WINCH_RECORDINGS'] ?? resolve(import.meta.dirname, '../../../shared/wsman-recordings');

/** The path of one recording or folder of recordings. */
export const recordingPath = (relativePath: string): string => join(recordingsFolder, relativePath);

/** The text of one recording. */
export const readRecording = (relativePath: string): string =>
  readFileSync(recordingPath(relativePath), 'utf8');

/** A `describe` whose tests need recordings: without them it is reported as skipped, with the reason in its name. */
export const describeRecorded = (name: string, relativePath: string, tests: () => void): void => {
  if (existsSync(recordingPath(relativePath))) describe(name, tests);
  else skipped(name, relativePath);
};

const skipped = (name: string, relativePath: string): void => {
  describe.skip(`${name} (skipped: WINCH_RECORDINGS holds no ${relativePath})`, () => {
    it('decodes the recordings', () => {
      throw new Error('unreachable: the recordings are absent');
    });
  });
};
