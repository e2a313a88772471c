import { builtInToken, substitute, tokensIn } from './tokens.js';

const values: Readonly<Record<string, string>> = {
  EDITION: 'full',
  PackageShare: '\\\\srv\\p',
  LOOP: '{EDITION}',
};

describe('substitute', () => {
  it.each([
    ['{EDITION}-{EDITION}', 'full-full'],
    ['"{PackageShare}\\a b\\setup.exe"', '"\\\\srv\\p\\a b\\setup.exe"'],
    ['{{EDITION}', '{EDITION}'],
    ['{{{EDITION}}', '{full}'],
    ['{{{{', '{{'],
    ['{LOOP}', '{EDITION}'],
    ['{23170F69-40C1-2702-2409-000001000000}', '{23170F69-40C1-2702-2409-000001000000}'],
    ['{A3170F69-40C1-2702-2409-000001000000}', '{A3170F69-40C1-2702-2409-000001000000}'],
    ['{0} {} { EDITION } {EDITION', '{0} {} { EDITION } {EDITION'],
    ['%EDITION% $(x) $1 $&', '%EDITION% $(x) $1 $&'],
    ['{UNKNOWN}', '{UNKNOWN}'],
  ])('makes of %s %s', (text, expected) => {
    expect(substitute(text, (word) => values[word])).toBe(expected);
  });

  it('puts in values with dollar signs as they are', () => {
    expect(substitute('a {X} b', () => "$& $1 $'")).toBe("a $& $1 $' b");
  });
});

describe('tokensIn', () => {
  it('lists each word once, and neither escaped braces nor GUIDs', () => {
    expect(tokensIn('{A} {b_2} {A} {{C} {D-1} {1E}')).toEqual(['A', 'b_2']);
  });
});

describe('builtInToken', () => {
  it.each([
    ['packageshare', 'PackageShare'],
    ['ASSETNAME', 'AssetName'],
    ['DnsName', 'DnsName'],
    ['domain', 'Domain'],
    ['actionpath', undefined],
  ])('of %s is %s', (word, expected) => {
    expect(builtInToken(word)).toBe(expected);
  });
});
