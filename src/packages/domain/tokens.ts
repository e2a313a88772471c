/**
 * Tokens in the text fields of a step (API.md, "The package file"): `{PackageShare}`, `{AssetName}`, `{DnsName}`,
 * `{Domain}` and `{PARAMETER}`. `{{` writes a brace. Anything that is not a brace, one word and a brace, such as a
 * GUID in braces or `{0}`, is left alone, and so are the environment's `%VARIABLES%`. Upper and lower case are the same.
 */
const TOKEN = /\{\{|\{([A-Za-z][A-Za-z0-9_]*)\}/g;

/** The tokens that no parameter may take for its name. */
export const BUILT_IN_TOKENS = ['PackageShare', 'AssetName', 'DnsName', 'Domain'] as const;
export type BuiltInToken = (typeof BUILT_IN_TOKENS)[number];

/** The words of all tokens in a text, as written, each once. */
export function tokensIn(text: string): string[] {
  const words = [...text.matchAll(TOKEN)].map((match) => match[1]);
  return [...new Set(words.filter((word) => word !== undefined))];
}

/** The built-in token that a word stands for. */
export function builtInToken(word: string): BuiltInToken | undefined {
  return BUILT_IN_TOKENS.find((token) => token.toLowerCase() === word.toLowerCase());
}

/**
 * Replaces every token by what `valueOf` gives for its word and `{{` by `{`, in one pass: a value that looks like
 * a token is not replaced again. A word without value stays as it is.
 */
export function substitute(text: string, valueOf: (word: string) => string | undefined): string {
  return text.replace(TOKEN, (token, word: string | undefined) => {
    if (word === undefined) return '{';
    return valueOf(word) ?? token;
  });
}
