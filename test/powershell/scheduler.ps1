# Asked of Task Scheduler on a simulated host, one JSON line per answer (scheduler.spec.ts). Written as Winch's own
# scripts use it: through the COM object, for Windows PowerShell 5.1.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$service = New-Object -ComObject 'Schedule.Service'
$service.Connect()
$folder = $service.GetFolder('\').CreateFolder('Trial')

function Write-Answer([string]$Name, $Value) {
    [Console]::Out.WriteLine((ConvertTo-Json -InputObject @{ name = $Name; value = $Value } -Compress))
}

function Register-Trial([string]$Name, [string]$Arguments, [string]$TimeLimit) {
    $xml = '<?xml version="1.0" encoding="UTF-16"?><Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">' +
        '<Principals><Principal id="A"><UserId>S-1-5-18</UserId></Principal></Principals>' +
        "<Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy><ExecutionTimeLimit>$TimeLimit</ExecutionTimeLimit></Settings>" +
        "<Actions Context='A'><Exec><Command>C:\Windows\System32\cmd.exe</Command><Arguments>$Arguments</Arguments></Exec></Actions></Task>"
    return $folder.RegisterTask($Name, $xml, 6, 'S-1-5-18', $null, 5)
}

function Wait-Ready($Task) {
    while ([int]$Task.State -ne 3) { Start-Sleep -Milliseconds 50 }
    return '0x{0:X}' -f [int]$Task.LastTaskResult
}

function Get-State($Task) {
    return @([int]$Task.State, ('0x{0:X}' -f [int]$Task.LastTaskResult), @($Task.GetInstances(0)).Count)
}

$short = Register-Trial 'Short' '/d /c exit 3010' 'PT0S'
Write-Answer 'registered' (Get-State $short)
[void]$short.RunEx($null, 0, 0, $null)
Write-Answer 'ended' (Wait-Ready $short)

$long = Register-Trial 'Long' '/d /c ping -n 701 127.0.0.1' 'PT1H'
$first = $long.RunEx($null, 0, 0, $null)
Write-Answer 'running' (Get-State $long)
$second = $long.Run($null)
Write-Answer 'run again' (Get-State $long)
Write-Answer 'the same instance' ($first.InstanceGuid -eq $second.InstanceGuid)
$long.Stop(0)
Write-Answer 'stopped' (Get-State $long)

$limited = Register-Trial 'Limited' '/d /c ping -n 702 127.0.0.1' 'PT1S'
[void]$limited.Run($null)
Write-Answer 'over its limit' (Wait-Ready $limited)

Write-Answer 'names' @($folder.GetTasks(1) | ForEach-Object { $_.Name })
$folder.DeleteTask('Short', 0)
try { [void]$folder.GetTask('Short') } catch {
    for ($problem = $_.Exception; $null -ne $problem.InnerException; $problem = $problem.InnerException) { continue }
    Write-Answer 'deleted' ('0x{0:X}' -f $problem.HResult)
}
