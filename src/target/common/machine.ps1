# Facts about the machine and the files that runner and operations share.

# Changes with every boot. The last boot time moves when the clock is set, so compare with Test-SameBoot.
function Get-BootId {
    try {
        $system = Get-CimInstance -ClassName Win32_OperatingSystem -Property LastBootUpTime -OperationTimeoutSec 20
        return ConvertTo-UtcText $system.LastBootUpTime
    } catch {
        # WMI is broken on some machines; the performance counter also counts from the boot.
        $seconds = [Diagnostics.Stopwatch]::GetTimestamp() / [Diagnostics.Stopwatch]::Frequency
        return ConvertTo-UtcText ([DateTime]::UtcNow.AddSeconds(-$seconds))
    }
}

function Test-SameBoot([string]$BootId, [string]$Other) {
    $culture = [Globalization.CultureInfo]::InvariantCulture
    $seconds = ([DateTime]::Parse($BootId, $culture) - [DateTime]::Parse($Other, $culture)).TotalSeconds
    return [Math]::Abs($seconds) -lt 10
}

function Get-SystemTool([string]$Name) {
    return [IO.Path]::Combine([Environment]::SystemDirectory, $Name)
}

# Reads a file that somebody else may be writing.
function Read-SharedText([string]$Path) {
    $share = [IO.FileShare]'ReadWrite, Delete'
    $file = New-Object IO.FileStream $Path, ([IO.FileMode]::Open), ([IO.FileAccess]::Read), $share
    try {
        $reader = New-Object IO.StreamReader $file, ([Text.Encoding]::UTF8)
        return $reader.ReadToEnd()
    } finally {
        $file.Dispose()
    }
}

# Writes under a temporary name and renames, so that a reader finds the whole text or none.
# A file that is there already stays as it is.
function Write-WholeFile([string]$Path, [string]$Text) {
    if ([IO.File]::Exists($Path)) { return }
    $temporary = $Path + '.' + $PID + '.tmp'
    [IO.File]::WriteAllText($temporary, $Text, [Text.Encoding]::ASCII)
    try {
        [IO.File]::Move($temporary, $Path)
    } catch {
        [IO.File]::Delete($temporary)
        if (-not [IO.File]::Exists($Path)) { throw }
    }
}

# Runs one of Windows' console tools without a window and gives what it printed and its exit code
# (null when it did not end in time). Not with the & operator: its stderr is a terminating error in 5.1.
function Invoke-SystemTool([string]$Name, [string]$Arguments, [int]$TimeoutMs) {
    $start = New-Object Diagnostics.ProcessStartInfo (Get-SystemTool $Name), $Arguments
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    try {
        $readers = $process.StandardOutput.ReadToEndAsync(), $process.StandardError.ReadToEndAsync()
        $ended = $process.WaitForExit($TimeoutMs)
        if (-not $ended) { $process.Kill() }
        $texts = foreach ($reader in $readers) { if ($reader.Wait(2000)) { $reader.Result.Trim() } }
        $code = if ($ended) { $process.ExitCode } else { $null }
        return @{ ExitCode = $code; Text = ($texts -join ' ').Trim() }
    } finally {
        $process.Dispose()
    }
}
