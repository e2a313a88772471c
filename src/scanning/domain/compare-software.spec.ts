import { describe, expect, it } from '@jest/globals';
import { compareSoftware, type ComparedSoftware } from './compare-software.js';
import { limited, textOfChange } from './software-change.js';

function entry(name: string, version = '1.0', changes: Partial<ComparedSoftware> = {}): ComparedSoftware {
  return { identity: name, name, version, publisher: 'Maker', user: null, ...changes };
}

function texts(before: ComparedSoftware[], after: ComparedSoftware[]): string[] {
  return compareSoftware(before, after).map(textOfChange);
}

describe('compareSoftware', () => {
  it('tells what was added, updated and removed, each by name', () => {
    const before = [entry('Alpha'), entry('Beta'), entry('Same')];
    const after = [entry('Same'), entry('Zeta'), entry('Beta', '2.0'), entry('Gamma')];

    expect(texts(before, after)).toEqual([
      'added: Gamma 1.0',
      'added: Zeta 1.0',
      'updated: Beta 2.0 (was 1.0)',
      'removed: Alpha 1.0',
    ]);
  });

  it('takes a product that has another key with each version for one that was updated', () => {
    const before = [entry('7-Zip 24.08 (x64)', '24.08.00.0', { identity: '{1}' })];
    const after = [entry('7-Zip 24.09 (x64)', '24.09.00.0', { identity: '{2}' })];

    expect(texts(before, after)).toEqual(['updated: 7-Zip 24.09 (x64) (was 24.08.00.0)']);
  });

  it('does not mix up products of another maker, name or user', () => {
    const before = [entry('Tool 1', '1', { identity: 'a' })];
    const after = [
      entry('Tool 2', '2', { identity: 'b', publisher: 'Other' }),
      entry('Tool 2', '2', { identity: 'c', user: 'CORP\\anna' }),
      entry('Tools 2', '2', { identity: 'd' }),
    ];

    expect(compareSoftware(before, after).map(({ change }) => change)).toEqual([
      'added',
      'added',
      'added',
      'removed',
    ]);
  });

  it('finds nothing where nothing has changed', () => {
    expect(compareSoftware([entry('A'), entry('B')], [entry('B'), entry('A')])).toEqual([]);
  });
});

describe('textOfChange', () => {
  it.each([
    ['7-Zip 24.09', '24.09', 'added: 7-Zip 24.09'],
    ['7-Zip 24.09 (x64)', '24.09.00.0', 'added: 7-Zip 24.09 (x64)'],
    ['Office 2019', '16.0.1', 'added: Office 2019 16.0.1'],
    ['Tool 1.2', '1.25', 'added: Tool 1.2 1.25'],
    ['Tool', '', 'added: Tool'],
  ])('does not repeat a version that the name tells already: %s, %s', (name, version, text) => {
    expect(texts([], [entry(name, version)])).toEqual([text]);
  });
});

describe('limited', () => {
  it('keeps the first 200 and counts the rest', () => {
    const many = compareSoftware(
      [],
      Array.from({ length: 205 }, (_, i) => entry(`App${1000 + i}`)),
    );

    const { changes, omitted } = limited(many);

    expect([changes.length, omitted]).toEqual([200, 5]);
  });
});
