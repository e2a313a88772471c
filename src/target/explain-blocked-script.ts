/** Why an operation printed nothing, in the words of the public failure reasons. */
export interface BlockedScript {
  readonly reason: 'script-blocked';
  readonly detail: string;
}

/** PowerShell's error ids are the same in every language; its messages are not. */
const CAUSES: ReadonlyArray<readonly [id: string, cause: string]> = [
  [
    'MethodInvocationNotSupportedInConstrainedLanguage',
    'PowerShell is in constrained language mode for this account (AppLocker or Windows Defender Application Control)',
  ],
  ['ScriptContainedMaliciousContent', 'The antivirus product refused the script (AMSI)'],
  ['CannotCreateTypeConstrainedLanguage', 'PowerShell is in constrained language mode for this account'],
];

/**
 * Recognises in an operation's stderr why PowerShell ran none of it. Null when it is something else.
 * A script that cannot run cannot say so itself, so this is the only witness of these causes.
 */
export function explainBlockedScript(stderr: string): BlockedScript | null {
  // The console host wraps at its width, in the middle of an id.
  const text = stderr.replaceAll(/\s+/g, '');
  const found = CAUSES.find(([id]) => text.includes(id));
  return found ? { reason: 'script-blocked', detail: found[1] } : null;
}
