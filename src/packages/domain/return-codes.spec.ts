import { returnCodeMeaning } from './return-codes.js';

describe('returnCodeMeaning', () => {
  it.each([
    [0, 'Success'],
    [5, 'Access denied'],
    [1603, 'Fatal error during installation'],
    [1618, 'Another installation is in progress'],
    [1641, 'Success; a reboot was started'],
    [3010, 'Success; a reboot is required'],
    [2359302, 'The update is installed already (Windows Update)'],
    [2149842967, 'The update does not apply to this computer (Windows Update)'],
    [3221225477, 'The program crashed: access violation'],
    [3221225786, 'Ended by Ctrl-C or because its console was closed'],
    [4294967295, 'General failure (-1)'],
  ])('of %s', (code, expected) => {
    expect(returnCodeMeaning(code, 'installer')).toBe(expected);
  });

  it.each([
    ['kill-process', 0, 'Nothing that matches is running any more'],
    ['msi-uninstaller', 1605, 'None of the products was installed'],
    ['msi-uninstaller', 1603, 'Fatal error during installation'],
    ['installer', 1605, 'The product is not installed'],
  ] as const)('of a %s step with %s', (type, code, expected) => {
    expect(returnCodeMeaning(code, type)).toBe(expected);
  });

  it('of an unknown code is null', () => {
    expect(returnCodeMeaning(31337, 'command')).toBeNull();
  });
});
