import { FAILURE_REASONS, failureHint, failureMeaning } from './failure-reason.js';
import { isSuccess, OUTCOMES } from './outcome.js';

describe('failure reasons', () => {
  it('are words in lower case with hyphens, each once', () => {
    expect(FAILURE_REASONS.filter((reason) => !/^[a-z]+(-[a-z]+)*$/.test(reason))).toEqual([]);
    expect(new Set(FAILURE_REASONS).size).toBe(FAILURE_REASONS.length);
  });

  it('each have a meaning and a hint of one line, without final period', () => {
    const texts = FAILURE_REASONS.flatMap((reason) => [failureMeaning(reason), failureHint(reason)]);

    expect(texts.filter((text) => !/^[A-Z].{9,130}[^.\s]$/.test(text))).toEqual([]);
  });

  it('keep the public list: words may be added, none may go or change', () => {
    expect(FAILURE_REASONS).toEqual(
      expect.arrayContaining([
        'name-not-found',
        'wrong-password',
        'step-failed',
        'maximum-duration',
        'journal-conflict',
      ]),
    );
    expect(FAILURE_REASONS).toHaveLength(51);
  });
});

describe('outcomes', () => {
  it('are those of the design, two of them good', () => {
    expect(OUTCOMES.filter(isSuccess)).toEqual(['succeeded', 'succeeded-reboot-required']);
    expect(OUTCOMES).toHaveLength(11);
  });
});
