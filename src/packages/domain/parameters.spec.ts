import { inspect } from 'node:util';
import { aCommand, aPackage } from '../../../test/harness/builders/package.js';
import { Secret } from '../../shared/secret.js';
import { resolveParameters, type GivenParameters } from './parameters.js';

type Fields = Readonly<Record<string, unknown>>;

function resolve(fields: Fields, given: GivenParameters) {
  const pkg = aPackage().withStep(aCommand('A')).withParameter('P', fields).build();
  return resolveParameters(pkg.parameters, given);
}

function faultsOf(fields: Fields, given: GivenParameters): string[] {
  const result = resolve(fields, given);
  return result.ok ? [] : result.faults.map(({ pointer, code }) => `${pointer} ${code}`);
}

function valueOf(fields: Fields, given: GivenParameters): string | undefined {
  const result = resolve(fields, given);
  return result.ok ? result.parameters.values.get('P') : undefined;
}

describe('resolveParameters', () => {
  it('takes the value that is given before the default', () => {
    expect(valueOf({ default: 'a' }, {})).toBe('a');
    expect(valueOf({ default: 'a' }, { P: 'b' })).toBe('b');
    expect(valueOf({ default: 'a' }, { p: '' })).toBe('');
  });

  it.each<[string, Fields, unknown, string[]]>([
    ['nothing without a default', {}, undefined, ['/parameters/P parameter-missing']],
    ['null', {}, null, ['/parameters/P parameter-missing']],
    ['a number', {}, 5, ['/parameters/P wrong-type']],
    ['an object', {}, { a: 1 }, ['/parameters/P wrong-type']],
    ['a secret for an open parameter', {}, new Secret('x'), ['/parameters/P wrong-type']],
    ['1,001 characters', {}, 'x'.repeat(1001), ['/parameters/P text-too-long']],
    ['a value outside the enum', { enum: ['full', 'lite'] }, 'Full', ['/parameters/P not-in-enum']],
    ['a value against the pattern', { pattern: '[a-z]+' }, 'abc1', ['/parameters/P pattern-mismatch']],
    ['a value with an alternative at its end', { pattern: 'a|b' }, 'xb', ['/parameters/P pattern-mismatch']],
    ['a line break that the pattern allows', { pattern: '[^x]*' }, 'a\nb', ['/parameters/P value-refused']],
    ['an empty secret', { secret: true }, '', ['/parameters/P empty-text']],
    ['a secret that is a number', { secret: true }, 5, ['/parameters/P wrong-type']],
    ['a secret of 4,097 characters', { secret: true }, 'x'.repeat(4097), ['/parameters/P text-too-long']],
    ['a secret with U+0000', { secret: true }, 'a\0', ['/parameters/P value-refused']],
    [
      'a secret against the pattern',
      { secret: true, pattern: '[0-9]+' },
      'a',
      ['/parameters/P pattern-mismatch'],
    ],
  ])('refuses %s', (_what, fields, value, expected) => {
    expect(faultsOf(fields, value === undefined ? {} : { P: value })).toEqual(expected);
  });

  it.each([
    ...'&|<>^%!"\';$()`'.split(''),
    '\r',
    '\n',
    '\t',
    '\0',
    '\u0085',
    '\u2028',
    '\u2018',
    '\u201c',
    '\uff06',
    '\uff02',
  ])('refuses the character %j without a pattern', (character) => {
    expect(faultsOf({}, { P: `a${character}b` })).toEqual(['/parameters/P value-refused']);
  });

  it.each(['a b-c_d.e,f:g=h/i\\j@k#l~m+n*o?p[q]{r}', '\u00e4\u00f6\u00fc \u65e5\u672c', ''])(
    'takes %j without a pattern',
    (value) => {
      expect(valueOf({}, { P: value })).toBe(value);
    },
  );

  it.each([
    [{ enum: ['a&b', 'c'] }, 'a&b'],
    [{ pattern: '[a-z&]+' }, 'a&b'],
    [{ pattern: '\\d+(\\.\\d+)*' }, '10.0.19045.2'],
  ])('takes what enum or pattern allow: %j', (fields, value) => {
    expect(valueOf(fields, { P: value })).toBe(value);
  });

  it('names the character in its detail', () => {
    const result = resolve({}, { P: 'a\nb' });

    expect(!result.ok && result.faults[0]?.detail).toBe(
      "The value of P holds the character U+000A, which could start another command; the package's author can allow it with a pattern or an enum",
    );
  });

  it('gives up a match that takes too long', () => {
    // Not seen by the probe at validation, which tries runs of one character only.
    const pattern = '(x\\d|x\\d|y)+z';

    expect(faultsOf({ pattern }, { P: 'x1'.repeat(40) })).toEqual(['/parameters/P pattern-too-slow']);
  });

  it('keeps secrets apart and out of sight', () => {
    const result = resolve({ secret: true }, { P: 'pl4nted-Secret!' });

    expect(result.ok && result.parameters.values.size).toBe(0);
    expect(result.ok && result.parameters.secrets.get('P')?.reveal()).toBe('pl4nted-Secret!');
    expect(inspect(result, { depth: 9 })).not.toContain('pl4nted');
  });

  it('repeats no secret in a fault', () => {
    const result = resolve({ secret: true, pattern: '[0-9]+' }, { P: 'pl4nted-Secret!' });

    expect(JSON.stringify(result)).not.toContain('pl4nted');
  });

  it('answers every fault at once, below the pointer of the caller', () => {
    const pkg = aPackage().withStep(aCommand('A')).withParameter('ONE').withParameter('TWO').build();

    const result = resolveParameters(
      pkg.parameters,
      { two: 'a&b', TWO: 'c', 'x/y': '' },
      '/order/parameters',
    );

    expect(!result.ok && result.faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/order/parameters/x~1y unknown-parameter',
      '/order/parameters/TWO duplicate-name',
      '/order/parameters/ONE parameter-missing',
    ]);
  });
});
