import { describe, expect, it } from '@jest/globals';
import { journalEvent, runnerEvents } from '../../test/harness/builders/job.js';
import { workerEventSchema } from '../recording/domain/run-event.js';
import { ManualClock } from '../shared/clock.js';
import { RunChannel } from './run-channel.js';
import { RunReporter } from './run-reporter.js';

const SECRET = 'Sommer-2026!';

function aReporter(secret = SECRET) {
  const channel = new RunChannel({ targetRunId: 'run-1', epoch: 1 }, () => {});
  const { signal } = new AbortController();
  const reporter = new RunReporter(channel, { clock: new ManualClock(), secrets: [secret], signal });
  const reported = () => channel.peek(Number.MAX_SAFE_INTEGER).map(({ event }) => event);
  return { reporter, reported };
}

function output(seq: number, text: string) {
  const [event] = runnerEvents([journalEvent(seq, 'step.output', { index: 0, stream: 'stdout', text })]);
  if (!event) throw new Error('no event');
  return event;
}

describe('RunReporter', () => {
  it('numbers its own facts from 1 and says when', async () => {
    const { reporter, reported } = aReporter();

    await reporter.say({ type: 'run.connecting', address: 'http://pc:5985' });
    await reporter.say({ type: 'run.reconciling', detail: 'reset' });

    expect(reported()).toMatchObject([
      { seq: 1, at: '2026-01-01T00:00:00.000Z', type: 'run.connecting' },
      { seq: 2, type: 'run.reconciling' },
    ]);
  });

  it('keeps holding the beginning of a secret while the connection is made again', async () => {
    const { reporter, reported } = aReporter();

    await reporter.journal(output(1, 'password Sommer-'));
    await reporter.say({ type: 'run.reconciling', detail: 'reset' });
    await reporter.journal(output(2, '2026! accepted'));

    const texts = reported().flatMap((event) => (event.type === 'step.output' ? [event.text] : []));
    expect(texts.join('')).toBe('password [redacted] accepted');
  });

  it('lets go of what it held when the run ends, before saying so', async () => {
    const { reporter, reported } = aReporter();

    await reporter.journal(output(1, 'bye, Som'));
    await reporter.say({
      type: 'run.finished',
      outcome: 'interrupted',
      failureReason: 'target-rebooted',
      failureDetail: '',
    });

    expect(reported()).toMatchObject([{ text: 'bye, Som' }, { type: 'run.finished' }]);
  });

  it('keeps secrets out of what a target says about a failure', async () => {
    const { reporter, reported } = aReporter();

    await reporter.say({ type: 'run.reconciling', detail: `cannot log on with ${SECRET}` });

    expect(reported()).toMatchObject([{ detail: 'cannot log on with [redacted]' }]);
  });

  it('keeps secrets out of what the runner says in its own words', async () => {
    const { reporter, reported } = aReporter();
    const detail = `cannot start: setup.exe ${SECRET}`;
    const fields = { waitSeconds: 60, action: 'reboot' as const, commandLine: `shutdown /c ${SECRET}` };

    for (const event of runnerEvents([
      journalEvent(1, 'final-action.skipped', { reason: 'failed', detail }),
      journalEvent(2, 'final-action.started', fields),
    ]))
      await reporter.journal(event);

    expect(reported()).toMatchObject([
      { detail: 'cannot start: setup.exe [redacted]' },
      { commandLine: 'shutdown /c [redacted]' },
    ]);
  });

  it.each(['succeeded', 'finished', '4242'])(
    'leaves its own words and ids alone when a secret is %s',
    async (secret) => {
      const { reporter, reported } = aReporter(secret);
      const credentialId = '01934242-4242-7242-8242-424242424242';

      await reporter.say({ type: 'logon.refused', credentialId, credentialVersion: 'v', username: 'admin' });
      await reporter.say({
        type: 'run.finished',
        outcome: 'succeeded',
        failureReason: null,
        failureDetail: '',
      });

      for (const event of reported()) expect(workerEventSchema.safeParse(event).error).toBeUndefined();
    },
  );

  it('cuts what a target says to what the door takes', async () => {
    const { reporter, reported } = aReporter();

    await reporter.say({
      type: 'run.finished',
      outcome: 'blocked',
      failureReason: 'script-blocked',
      failureDetail: 'x'.repeat(100_000),
    });

    expect(workerEventSchema.safeParse(reported()[0]).success).toBe(true);
  });
});
