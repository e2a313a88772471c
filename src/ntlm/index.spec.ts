import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every name that the index exports, types included. */
const exportedNames = (): string[] => {
  const source = readFileSync(join(import.meta.dirname, 'index.ts'), 'utf8');
  const lists = Array.from(source.matchAll(/export (?:type )?\{([^}]*)\}/g), ([, list = '']) =>
    list.split(','),
  );
  return lists
    .flat()
    .map((name) => name.replace('type ', '').trim())
    .filter((name) => name !== '')
    .toSorted();
};

describe('the public surface of ntlm', () => {
  it('is these names, at most fifteen', () => {
    expect(exportedNames()).toEqual([
      'NegotiateReply',
      'NtlmAccount',
      'NtlmAuthentication',
      'NtlmError',
      'NtlmErrorCode',
      'NtlmInitiator',
      'NtlmInitiatorOptions',
      'NtlmSecurityContext',
      'SIGNATURE_BYTES',
      'SealedMessage',
      'channelBindingsOf',
      'splitUserName',
      'unwrapNegotiateReply',
    ]);
  });
});
