import type { Fault } from '../../shared/errors.js';
import type { PackageParameter, PackageStep } from './deployment-package.js';
import { fault, oneOf, pointerTo } from './faults.js';
import { extensionOf, INSTALLER_EXTENSIONS, SCRIPT_EXTENSIONS } from './launch.js';
import { LIMITS } from './package-schema.js';
import { BUILT_IN_TOKENS, builtInToken, substitute, tokensIn } from './tokens.js';

/** A field of a step in which tokens are replaced. */
export interface TextField {
  readonly field: string;
  readonly text: string;
  /** A path that must be absolute, once its tokens are replaced. */
  readonly isPath: boolean;
}

/** Every text field of a step, in the order of the package file. */
export function textFields(step: PackageStep): TextField[] {
  if (step.type === 'command') return [plain('command', step.command)];
  if (step.type === 'installer') return [path('path', step.path), plain('parameters', step.parameters)];
  return [
    path('path', step.path),
    plain('arguments', step.arguments),
    plain('interpreter', step.interpreter ?? ''),
    plain('interpreterArguments', step.interpreterArguments),
  ];
}

function plain(field: string, text: string): TextField {
  return { field, text, isPath: false };
}

function path(field: string, text: string): TextField {
  return { field, text, isPath: true };
}

/** Checks the text fields of one step as far as that is possible before a deployment: tokens, paths, extensions, length. */
export function stepTextFaults(
  step: PackageStep,
  index: number,
  parameters: readonly PackageParameter[],
): Fault[] {
  const faults = textFields(step).flatMap((field) => {
    const pointer = pointerTo('steps', index, field.field);
    const written = substitute(field.text, (word) => defaultOf(word, parameters));
    return [
      ...tokenFaults(field.text, pointer, parameters),
      ...lengthFaults(written, pointer),
      ...(field.isPath && !written.startsWith('{') ? absoluteFaults(written, pointer) : []),
    ];
  });
  // A token's value may bring the extension: compilePlan looks again.
  const isOpen = step.type !== 'command' && step.path.endsWith('}');
  return isOpen ? faults : [...faults, ...extensionFaults(step, pointerTo('steps', index, 'path'))];
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

/** Refuses what no installer or interpreter is known for. */
export function extensionFaults(step: PackageStep, pointer: string): Fault[] {
  if (step.type === 'command') return [];
  const extension = extensionOf(step.path);
  const found =
    extension === null
      ? 'This path has no extension'
      : `Extension ${extension.slice(0, 20)} is not one of them`;
  if (step.type === 'installer' && !isIn(INSTALLER_EXTENSIONS, extension)) {
    const detail = `An installer is one of ${oneOf(INSTALLER_EXTENSIONS)}. ${found}; for a batch file or script use step type script`;
    return [fault('unsupported-installer', pointer, detail)];
  }
  if (step.type === 'script' && step.interpreter === null && !isIn(SCRIPT_EXTENSIONS, extension)) {
    const detail = `A script is one of ${oneOf(SCRIPT_EXTENSIONS)}. ${found}; name the program that runs it in interpreter`;
    return [fault('unsupported-script', pointer, detail)];
  }
  return [];
}

function isIn(extensions: readonly string[], extension: string | null): boolean {
  return extension !== null && extensions.includes(extension);
}
