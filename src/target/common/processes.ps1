# Processes are known by their id and the instant of their creation: Windows uses ids again.

function Get-CimProcess {
    $found = @{}
    # Only these properties: asking for the command line opens every process.
    $properties = 'ProcessId', 'ParentProcessId', 'CreationDate', 'Name', 'SessionId'
    foreach ($process in Get-CimInstance -ClassName Win32_Process -Property $properties -OperationTimeoutSec 20) {
        if ($null -eq $process.CreationDate) { continue }
        $id = [long]$process.ProcessId
        $found[$id] = @{
            Id = $id; ParentId = [long]$process.ParentProcessId; Name = [string]$process.Name
            Created = $process.CreationDate.ToUniversalTime(); GoneAt = $null; SessionId = [long]$process.SessionId
        }
    }
    return $found
}

# Without parents, for machines whose WMI does not answer: killing then rests on taskkill /T alone.
function Get-PlainProcess {
    $found = @{}
    foreach ($process in [Diagnostics.Process]::GetProcesses()) {
        try {
            $id = [long]$process.Id
            $found[$id] = @{
                Id = $id; ParentId = [long]-1; Name = $process.ProcessName + '.exe'
                Created = $process.StartTime.ToUniversalTime(); GoneAt = $null; SessionId = [long]$process.SessionId
            }
        } catch {
            continue # protected processes do not tell their start; none of them is ours
        } finally {
            $process.Dispose()
        }
    }
    return $found
}

# Every process of the machine by id: Id, ParentId, Name, Created (UTC), GoneAt (null), SessionId.
function Get-ProcessTable {
    try { return Get-CimProcess } catch { return Get-PlainProcess }
}

# CIM gives microseconds, .NET tenths of them: equal within 10 ms is the same process.
function Test-SameInstant([datetime]$One, [datetime]$Other) {
    return [Math]::Abs(($One - $Other).TotalMilliseconds) -lt 10
}

function Test-InTable($Process, [hashtable]$Table) {
    $current = $Table[$Process.Id]
    return ($null -ne $current) -and (Test-SameInstant $current.Created $Process.Created)
}

# Ends these processes, or also what they started, by force. Does not wait for their end.
function Stop-ProcessList([object[]]$Processes, [bool]$WithChildren, [bool]$WithCmdlet) {
    $ids = foreach ($process in $Processes) { '/PID ' + $process.Id }
    $how = if ($WithChildren) { '/F /T ' } else { '/F ' }
    [void](Invoke-SystemTool 'taskkill.exe' ($how + ($ids -join ' ')) 20000)
    if (-not $WithCmdlet) { return }
    foreach ($process in $Processes) {
        Stop-Process -Id $process.Id -Force -ErrorAction SilentlyContinue
    }
}
