import { describe, expect, it } from '@jest/globals';
import { describeAssetFilter } from './describe-filter.js';
import { parseAssetFilter } from './parse-filter.js';

function sentenceOf(filter: unknown): string {
  const parsing = parseAssetFilter(filter);
  return parsing.ok ? describeAssetFilter(parsing.filter) : JSON.stringify(parsing.faults);
}

function faultsOf(filter: unknown): readonly string[] {
  const parsing = parseAssetFilter(filter);
  return parsing.ok ? [] : parsing.faults.map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('parseAssetFilter', () => {
  it.each<[unknown, string]>([
    [{ name: 'PC-1' }, 'the name is "PC-1"'],
    [{ tags: ['pilot', 'test'] }, 'a tag is "pilot" or "test"'],
    [{ tags: { notEquals: 'pilot' } }, 'no tag is "pilot"'],
    [{ name: { like: 'PC-*' }, tags: 'pilot' }, 'the name is like "PC-*" and a tag is "pilot"'],
    [
      { attributes: { room: ['1', '2'], site: { exists: false } } },
      'the attribute room is "1" or "2" and there is not the attribute site',
    ],
    [
      { any: [{ name: 'A' }, { not: { name: 'B', state: 'active' } }] },
      'the name is "A" or (it is not true that (the name is "B" and the state is "active"))',
    ],
    [{ createdAt: { withinSeconds: 86_400 } }, 'its registration is within the last 1 day'],
    [{ updatedAt: { olderThanSeconds: 5400 } }, 'its last change is more than 90 minutes ago'],
    [
      { createdAt: { lessThan: '2026-12-01T20:00:00+01:00' } },
      'its registration is before 2026-12-01T19:00:00.000Z',
    ],
    [
      { software: { notLike: '7-Zip*' }, pendingReboot: { exists: true } },
      'no name of its software is like "7-Zip*" and there is a reason for a pending restart',
    ],
    [{ lastSeenAt: { exists: false } }, 'there is not its last answer'],
    [{ lastOutcome: ['failed', 'timed-out'] }, 'the last outcome is "failed" or "timed-out"'],
  ])('reads %j', (filter, sentence) => {
    expect(sentenceOf(filter)).toBe(`Assets of which ${sentence}`);
  });

  it.each<[unknown, readonly string[]]>([
    [undefined, [' wrong-type']],
    ['PC-*', [' wrong-type']],
    [[], [' wrong-type']],
    [{}, [' empty-list']],
    [{ nmae: 'x', 'a/b': 1 }, ['/nmae unknown-field', '/a~1b unknown-field']],
    [{ constructor: 'x' }, ['/constructor unknown-field']],
    [{ name: [] }, ['/name empty-list']],
    [{ name: {} }, ['/name empty-list']],
    [{ name: 7, tags: [true] }, ['/name wrong-type', '/tags/0 wrong-type']],
    [{ name: { greaterThan: 'a' } }, ['/name/greaterThan unknown-field']],
    [{ state: 'gone' }, ['/state unknown-value']],
    [{ state: { like: 'a*' } }, ['/state/like unknown-field']],
    [{ createdAt: '2026-12-01' }, ['/createdAt unknown-field']],
    [
      { createdAt: { lessThan: 'yesterday', withinSeconds: 0 } },
      ['/createdAt/lessThan wrong-format', '/createdAt/withinSeconds out-of-range'],
    ],
    [{ name: 'a\0b' }, ['/name bad-text']],
    [{ name: 'a'.repeat(256) }, ['/name text-too-long']],
    [{ name: { exists: true } }, ['/name/exists unknown-field']],
    [{ tags: { exists: 'yes' } }, ['/tags/exists wrong-type']],
    [{ attributes: {} }, ['/attributes wrong-type']],
    [{ attributes: { room: 1 } }, ['/attributes/room wrong-type']],
    [{ all: [] }, ['/all empty-list']],
    [{ any: [{}, { x: 1 }] }, ['/any/0 empty-list', '/any/1/x unknown-field']],
    [{ not: [] }, ['/not wrong-type']],
  ])('finds every fault of %j', (filter, faults) => {
    expect(faultsOf(filter)).toEqual(faults);
  });

  it('refuses what would be too deep or too large for a statement', () => {
    const deep = Array.from({ length: 10 }).reduce<object>((inner) => ({ not: inner }), { name: 'x' });
    const wide = { any: Array.from({ length: 501 }, () => ({ name: 'x' })) };

    expect(faultsOf(deep)).toEqual([`${'/not'.repeat(10)} too-many-items`]);
    expect(faultsOf(wide)).toEqual([' too-many-items']);
  });

  it('answers no more than a hundred faults', () => {
    expect(faultsOf({ tags: Array.from({ length: 500 }, () => 1) })).toHaveLength(100);
  });
});
