import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { aJob } from '../../../test/harness/builders/job.js';
import { JobRefusedError, jobIdOf, openJob, sealJob } from './sealed-job.js';

const KEY = randomBytes(32);
const JOB = aJob({ secrets: ['hunter2'] });
const ID = jobIdOf(JOB.targetRunId, JOB.epoch);

describe('a sealed job', () => {
  it('opens with the same key for the same job id', () => {
    expect(openJob(sealJob(JOB, KEY), ID, KEY)).toEqual(JOB);
  });

  it('shows nothing of what is in it', () => {
    const sealed = Buffer.from(sealJob(JOB, KEY), 'base64').toString('latin1');

    expect(sealed).not.toMatch(/hunter2|Right-1234|Administrator|PC-0001/);
  });

  it('is another text each time', () => {
    expect(sealJob(JOB, KEY)).not.toBe(sealJob(JOB, KEY));
  });

  it('does not open with another key, and says what to compare', () => {
    expect(() => openJob(sealJob(JOB, KEY), ID, randomBytes(32))).toThrow('the same WINCH_WORKER_KEY');
  });

  it.each([
    ['another run', jobIdOf(randomUUID(), 1)],
    ['another epoch of the run', jobIdOf(JOB.targetRunId, 2)],
    ['no id', ''],
  ])('does not open as the job of %s', (_, id) => {
    expect(() => openJob(sealJob(JOB, KEY), id, KEY)).toThrow(JobRefusedError);
  });

  it('does not open when one bit of it was changed', () => {
    const bytes = Buffer.from(sealJob(JOB, KEY), 'base64');
    for (const index of [0, 12, 28, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;

      expect(() => openJob(changed.toString('base64'), ID, KEY)).toThrow(JobRefusedError);
    }
  });

  it.each([undefined, null, 42, {}, '', 'AAAA', '%%%', 'A'.repeat(40)])(
    'refuses %p in its place',
    (garbage) => {
      expect(() => openJob(garbage, ID, KEY)).toThrow(JobRefusedError);
    },
  );

  it('refuses a payload that is sealed well but holds something else', () => {
    const { walk: _walk, ...incomplete } = JOB;

    expect(() => openJob(sealJob(incomplete as typeof JOB, KEY), ID, KEY)).toThrow('does not hold a run');
  });
});
