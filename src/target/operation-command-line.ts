/**
 * The one command line of all operations (docs/developing/operations.md): it holds no data. The data, the secrets
 * and the script come through stdin, which PowerShell's console host hands over as `$input`.
 */
export const OPERATION_COMMAND_LINE =
  '%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command ' +
  '"$i=@($input);$winch=$i[0];$secret=$i[1];$i[0]=$i[1]=$null;& ([scriptblock]::Create($i -join [char]10))"';
