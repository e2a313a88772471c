import {
  commandLaunch,
  extensionOf,
  type InstallerLaunch,
  installerLaunch,
  namesLog,
  scriptLaunch,
} from './launch.js';

const argumentsOf = (launch: ReturnType<typeof installerLaunch>) =>
  launch?.form === 'program' ? `${launch.program} ${launch.arguments}`.trim() : launch;

const anInstaller = (path: string, parameters = '', more: Partial<InstallerLaunch> = {}) =>
  installerLaunch({
    path,
    parameters,
    properties: {},
    transforms: [],
    patches: [],
    waitForChildren: false,
    ...more,
  });

describe('extensionOf', () => {
  it.each([
    ['C:\\a b\\Setup.MSI', '.msi'],
    ['\\\\srv\\share.d\\setup', null],
    ['{PackageShare}\\x.tar.gz', '.gz'],
    ['C:\\{FILE}', null],
    ['C:\\x.{EXT}', null],
    ['', null],
  ])('of %s is %s', (path, expected) => {
    expect(extensionOf(path)).toBe(expected);
  });
});

describe('commandLaunch', () => {
  it.each([
    ['echo "a" & echo b', { form: 'line', commandLine: 'echo "a" & echo b' }],
    ['  echo a\n', { form: 'line', commandLine: 'echo a' }],
    ['cd /d C:\\x\necho %%i', { form: 'batch', text: '@echo off\r\ncd /d C:\\x\r\necho %%i\r\n' }],
    ['a\r\nb\rc\n\n', { form: 'batch', text: '@echo off\r\na\r\nb\r\nc\r\n' }],
  ])('of %j', (command, expected) => {
    expect(commandLaunch(command)).toEqual(expected);
  });
});

describe('installerLaunch', () => {
  it.each([
    ['C:\\a b.msi', '', 'msiexec.exe /i "C:\\a b.msi" /qn /norestart'],
    ['C:\\A.MSI', 'ALLUSERS=1', 'msiexec.exe /i "C:\\A.MSI" /qn /norestart ALLUSERS=1'],
    ['C:\\a.msi', '/passive', 'msiexec.exe /i "C:\\a.msi" /norestart /passive'],
    ['C:\\a.msi', '/QB! /l*v C:\\x.log', 'msiexec.exe /i "C:\\a.msi" /norestart /QB! /l*v C:\\x.log'],
    ['C:\\a.msi', '-quiet -forcerestart', 'msiexec.exe /i "C:\\a.msi" -quiet -forcerestart'],
    ['C:\\a.msi', '/norestart', 'msiexec.exe /i "C:\\a.msi" /qn /norestart'],
    ['C:\\a.msi', 'REBOOT=ReallySuppress', 'msiexec.exe /i "C:\\a.msi" /qn REBOOT=ReallySuppress'],
    [
      'C:\\a.msi',
      'NOTE="use /passive /norestart"',
      'msiexec.exe /i "C:\\a.msi" /qn /norestart NOTE="use /passive /norestart"',
    ],
    ['C:\\a.msi', '/quietly', 'msiexec.exe /i "C:\\a.msi" /qn /norestart /quietly'],
    ['C:\\a.msp', '', 'msiexec.exe /p "C:\\a.msp" /qn /norestart'],
    ['C:\\a.msu', '', 'wusa.exe "C:\\a.msu" /quiet /norestart'],
    ['C:\\a.msu', '/quiet /warnrestart:60', 'wusa.exe "C:\\a.msu" /quiet /warnrestart:60'],
    ['C:\\a b.exe', ' /S /D=C:\\x ', 'C:\\a b.exe /S /D=C:\\x'],
  ])('of %s with %j', (path, parameters, expected) => {
    expect(argumentsOf(anInstaller(path, parameters))).toBe(expected);
  });

  it('names the file that must exist', () => {
    expect(anInstaller('\\\\srv\\p\\a.msi')).toMatchObject({
      form: 'program',
      file: '\\\\srv\\p\\a.msi',
      waitForChildren: false,
    });
  });

  it('gives properties, transforms and patches after the options, each in quotation marks', () => {
    const launch = anInstaller('C:\\a.msi', 'X=1', {
      properties: { INSTALLDIR: 'C:\\Program Files\\A\\', NOTE: 'say "hi"', EMPTY: '' },
      transforms: ['C:\\de de.mst', ':inner'],
      patches: ['C:\\p.msp'],
    });

    expect(argumentsOf(launch)).toBe(
      'msiexec.exe /i "C:\\a.msi" /qn /norestart X=1 TRANSFORMS="C:\\de de.mst;:inner" PATCH="C:\\p.msp"' +
        ' INSTALLDIR="C:\\Program Files\\A\\" NOTE="say ""hi""" EMPTY=""',
    );
  });

  it('waits for what the installer starts where the author says so', () => {
    expect(anInstaller('C:\\a.exe', '', { waitForChildren: true })).toMatchObject({ waitForChildren: true });
  });

  it.each(['C:\\a.zip', 'C:\\a.bat', 'C:\\a'])('of %s does not exist', (path) => {
    expect(anInstaller(path)).toBeNull();
  });
});

describe('namesLog', () => {
  it.each([
    ['/l*v C:\\x.log', true],
    ['-LOG "C:\\x.log"', true],
    ['/L! C:\\x', true],
    ['/lang 5', false],
    ['NOTE="use /l here"', false],
    ['', false],
  ])('of %j is %s', (parameters, expected) => {
    expect(namesLog(parameters)).toBe(expected);
  });
});

describe('scriptLaunch', () => {
  const script = (path: string, args: string, interpreter: string | null = null, interpreterArguments = '') =>
    argumentsOf(scriptLaunch({ path, arguments: args, interpreter, interpreterArguments }));

  it.each([
    [
      'C:\\a b.ps1',
      '-X 1',
      'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\\a b.ps1" -X 1',
    ],
    ['C:\\a b.cmd', '"x y" z', 'cmd.exe /d /s /c ""C:\\a b.cmd" "x y" z"'],
    ['C:\\a.BAT', '', 'cmd.exe /d /s /c ""C:\\a.BAT""'],
    ['C:\\a.vbs', '/n', 'cscript.exe //Nologo "C:\\a.vbs" /n'],
    ['C:\\a.js', '', 'cscript.exe //Nologo "C:\\a.js"'],
    ['C:\\a.wsf', '//job:x', 'cscript.exe //Nologo "C:\\a.wsf" //job:x'],
  ])('of %s with %j', (path, args, expected) => {
    expect(script(path, args)).toBe(expected);
  });

  it('takes the interpreter of the step before that of the extension', () => {
    expect(script('C:\\a.ps1', '-X', 'C:\\Program Files\\PowerShell\\7\\pwsh.exe', '-NoLogo -File')).toBe(
      'C:\\Program Files\\PowerShell\\7\\pwsh.exe -NoLogo -File "C:\\a.ps1" -X',
    );
    expect(script('C:\\a.py', '', 'py.exe')).toBe('py.exe "C:\\a.py"');
  });

  it('of another extension does not exist', () => {
    expect(script('C:\\a.py', '')).toBeNull();
  });
});
