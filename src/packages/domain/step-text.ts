import type { Fault } from '../../shared/errors.js';
import type { PackageParameter } from './deployment-package.js';
import { fault, oneOf, pointerTo } from './faults.js';
import { LIMITS } from './schema-fields.js';
import type { FaultContext } from './steps/step-kind.js';
import { contentFaults, type PackageStep, textFields } from './steps/step-types.js';
import { BUILT_IN_TOKENS, builtInToken, substitute, tokensIn } from './tokens.js';

/** Checks the text fields of one step as far as that is possible before a deployment: tokens, paths, extensions, length. */
export function stepTextFaults(
  step: PackageStep,
  index: number,
  parameters: readonly PackageParameter[],
): Fault[] {
  const pointer = pointerInto(index);
  const faults = textFields(step).flatMap((field) => {
    const place = pointer(...field.at);
    const written = substitute(field.text, (word) => defaultOf(word, parameters));
    return [
      ...tokenFaults(field.text, place, parameters),
      ...lengthFaults(written, place),
      ...(field.use === 'path' && !written.startsWith('{') ? absoluteFaults(written, place) : []),
    ];
  });
  return [...faults, ...contentFaults(step, { pointer, isWritten: false })];
}

/** Gives the pointers of the places in one step. */
export function pointerInto(index: number): FaultContext['pointer'] {
  return (...at) => pointerTo('steps', index, ...at);
}

function defaultOf(word: string, parameters: readonly PackageParameter[]): string | undefined {
  return parameters.find((parameter) => parameter.name === word.toUpperCase())?.default ?? undefined;
}

/** Unknown tokens, and secret parameters where they would end up on a command line. */
export function tokenFaults(text: string, pointer: string, parameters: readonly PackageParameter[]): Fault[] {
  return tokensIn(text).flatMap((word) => {
    if (builtInToken(word)) return [];
    const parameter = parameters.find((candidate) => candidate.name === word.toUpperCase());
    if (parameter === undefined) return [unknownToken(word, pointer, parameters)];
    return parameter.secret ? [secretInText(parameter.name, pointer)] : [];
  });
}

function unknownToken(word: string, pointer: string, parameters: readonly PackageParameter[]): Fault {
  const known = [
    ...BUILT_IN_TOKENS,
    ...parameters.filter((parameter) => !parameter.secret).map(({ name }) => name),
  ];
  const list = oneOf(known.slice(0, 20).map((name) => `{${name}}`));
  return fault(
    'unknown-token',
    pointer,
    `There is no token {${word.slice(0, 60)}}; use ${list}, or write {{ for a brace`,
  );
}

function secretInText(name: string, pointer: string): Fault {
  const detail = `The secret ${name} may not stand in a text field, where it could be seen; steps get it as environment variable WINCH_${name}`;
  return fault('secret-in-text', pointer, detail);
}

export function lengthFaults(text: string, pointer: string): Fault[] {
  if (text.length <= LIMITS.textCharacters) return [];
  const detail = `This text has ${text.length} characters after its tokens are replaced; Windows' command processor allows ${LIMITS.textCharacters}: use a script file`;
  return [fault('text-too-long', pointer, detail)];
}

/** A path is absolute when it begins with a drive, a server (`\\`) or an environment variable. */
export function absoluteFaults(text: string, pointer: string): Fault[] {
  if (/^(?:[A-Za-z]:[\\/]|\\\\[^\\/]|%[^%]+%)/.test(text)) return [];
  const detail =
    'A path is written in full: {PackageShare}\\..., \\\\server\\share\\..., C:\\... or %VARIABLE%\\...';
  return [fault('path-not-absolute', pointer, detail)];
}
