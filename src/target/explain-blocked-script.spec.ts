import { explainBlockedScript } from './explain-blocked-script.js';

describe('explainBlockedScript', () => {
  it('names constrained language mode by its error id, also where the console has wrapped it', () => {
    const stderr =
      '    + FullyQualifiedErrorId : MethodInvocationNotSupportedInCons\r\n   trainedLanguage\r\n';

    expect(explainBlockedScript(stderr)).toEqual({
      reason: 'script-blocked',
      detail: expect.stringContaining('constrained language mode'),
    });
  });

  it('names the antivirus product', () => {
    expect(explainBlockedScript('FullyQualifiedErrorId : ScriptContainedMaliciousContent')?.detail).toContain(
      'AMSI',
    );
  });

  it('says nothing about another failure', () => {
    expect(explainBlockedScript('The system cannot find the path specified.')).toBeNull();
  });
});
