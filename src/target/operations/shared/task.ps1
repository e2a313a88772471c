# The scheduled task \Winch\<targetRunId>, through Task Scheduler's COM interface: the ScheduledTasks cmdlets
# need WMI, which is broken on some machines.

function Get-TaskService {
    $service = New-Object -ComObject 'Schedule.Service'
    $service.Connect()
    return $service
}

function Get-TaskFolder($Service) {
    try { return $Service.GetFolder('\Winch') } catch {
        try { return $Service.GetFolder('\').CreateFolder('Winch') } catch {
            return $Service.GetFolder('\Winch') # made at this moment by the start of another run
        }
    }
}

# Null when it is not registered.
function Get-RunTask([string]$TargetRunId) {
    try {
        return (Get-TaskService).GetFolder('\Winch').GetTask($TargetRunId)
    } catch {
        if (Test-NotFound $_.Exception) { return $null }
        throw
    }
}

# File or path not found: 0x80070002 and 0x80070003, however deep PowerShell has wrapped it.
function Test-NotFound([Exception]$Problem) {
    for ($inner = $Problem; $null -ne $inner; $inner = $inner.InnerException) {
        if (-2147024894, -2147024893 -contains $inner.HResult) { return $true }
    }
    return $false
}

# running, ready, disabled, queued, missing or unknown.
function Get-TaskState($Task) {
    if ($null -eq $Task) { return 'missing' }
    switch ([int]$Task.State) {
        1 { return 'disabled' }
        2 { return 'queued' }
        3 { return 'ready' }
        4 { return 'running' }
    }
    return 'unknown'
}

function Get-TaskResult($Task) {
    if ($null -eq $Task) { return [long]0 }
    return [long][BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$Task.LastTaskResult), 0)
}

# For a refusal or an end: what Task Scheduler knows.
function Get-TaskDetail($Task) {
    return 'The task is {0}, its last result is 0x{1:X}' -f (Get-TaskState $Task), (Get-TaskResult $Task)
}

# Registers the task when it is not there and runs it when it does not run.
function Start-RunTask([string]$TargetRunId, [string]$Folder, [long]$TimeLimitSeconds) {
    $task = Get-RunTask $TargetRunId
    if ($null -eq $task) {
        $task = Register-RunTask $TargetRunId (Get-TaskXml $Folder $TimeLimitSeconds)
    }
    if ('running', 'queued' -notcontains (Get-TaskState $task)) { [void]$task.Run($null) }
    return $task
}

# 6 = create or update, 5 = service account; only SYSTEM and administrators see the task.
function Register-RunTask([string]$Name, [string]$Xml) {
    $access = 'D:P(A;;FA;;;SY)(A;;FA;;;BA)'
    return (Get-TaskFolder (Get-TaskService)).RegisterTask($Name, $Xml, 6, 'S-1-5-18', $null, 5, $access)
}

function Get-TaskXml([string]$Folder, [long]$TimeLimitSeconds) {
    $runner = (Join-RunPath $Folder 'runner.ps1').Replace("'", "''")
    $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "& ([scriptblock]::Create(' +
        "[IO.File]::ReadAllText('$runner'))) '$($Folder.Replace("'", "''"))'`""
    $powershell = [IO.Path]::Combine([Environment]::SystemDirectory, 'WindowsPowerShell\v1.0\powershell.exe')
    return Get-TaskXmlFor $powershell $arguments $Folder $TimeLimitSeconds
}

function Get-TaskXmlFor([string]$Program, [string]$Arguments, [string]$Folder, [long]$TimeLimitSeconds) {
    $escaped = $Program, $Arguments, $Folder | ForEach-Object { [Security.SecurityElement]::Escape($_) }
    return (Get-TaskXmlTemplate) -f $TimeLimitSeconds, $escaped[0], $escaped[1], $escaped[2]
}
