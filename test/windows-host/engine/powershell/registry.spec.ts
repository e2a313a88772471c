import { describe, expect, it } from '@jest/globals';

import { parseRegQuery, productsIn } from './registry.js';

const KEY = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const PRODUCT = '{00000001-1111-4222-8333-444444444444}';
const PRINTED = [
  `HKEY_LOCAL_MACHINE${KEY.slice(4)}\\${PRODUCT}`,
  '    DisplayName    REG_SZ    Winch Demo',
  '    DisplayVersion    REG_SZ    1.2.3',
  '    EstimatedSize    REG_DWORD    0x2a',
  '    Comments    REG_SZ',
  '',
  `HKEY_LOCAL_MACHINE${KEY.slice(4)}\\Tool`,
  '    DisplayName    REG_SZ    Some tool',
].join('\r\n');

describe('the keys of installed software', () => {
  it('are read from what reg.exe prints', () => {
    expect(parseRegQuery(PRINTED)).toEqual({
      [`${KEY}\\${PRODUCT}`]: {
        DisplayName: 'Winch Demo',
        DisplayVersion: '1.2.3',
        EstimatedSize: 42,
        Comments: '',
      },
      [`${KEY}\\Tool`]: { DisplayName: 'Some tool' },
    });
  });

  it('name the products of Windows Installer', () => {
    expect(productsIn(parseRegQuery(PRINTED))).toEqual([
      { name: 'Winch Demo', version: '1.2.3', productCode: PRODUCT, publisher: '' },
    ]);
  });
});
