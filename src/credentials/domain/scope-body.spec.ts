import { describe, expect, it } from '@jest/globals';
import { checkScope } from './scope-body.js';

describe('checkScope', () => {
  it.each<[unknown, string[]]>([
    [{ all: true }, []],
    [{ assets: ['PC-1'] }, []],
    [{ assets: [] }, []],
    [{}, [' missing-field']],
    [undefined, [' missing-field']],
    [null, [' wrong-type']],
    [['PC-1'], [' wrong-type']],
    [{ all: false }, ['/all unknown-value']],
    [{ all: true, assets: ['PC-1'] }, [' not-supported']],
    [{ assets: 'PC-1' }, ['/assets wrong-type']],
    [{ assets: ['PC-1', 7, ''] }, ['/assets/1 wrong-type', '/assets/2 wrong-type']],
    [{ all: true, groups: ['x'] }, [' not-supported']],
    [{ groups: ['Finance'], addressRanges: ['10.1.0.0/16'], assets: ['PC-1'] }, []],
    [
      { addressRanges: ['::1', '10.0.0.0/40'], 'a/b': 1 },
      ['/addressRanges/1 wrong-type', '/a~1b unknown-field'],
    ],
  ])('finds in %j: %j', (scope, expected) => {
    expect(checkScope(scope).map((fault) => `${fault.pointer} ${fault.code}`)).toEqual(expected);
  });
});
