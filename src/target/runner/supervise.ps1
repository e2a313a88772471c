# Watches one program until it ends or has to be ended.

# cancelled, maximum-duration, step-timeout, or null when the step may go on.
function Get-StopReason($StepDeadlineMs) {
    if (Test-CancelFlag) { return 'cancelled' }
    $now = $script:Run.Clock.ElapsedMilliseconds
    if ($now -ge $script:Run.DeadlineMs) { return 'maximum-duration' }
    if ($null -ne $StepDeadlineMs -and $now -ge $StepDeadlineMs) { return 'step-timeout' }
    return $null
}

function Test-CancelFlag {
    return [IO.File]::Exists([IO.Path]::Combine($script:Run.Folder, 'cancel'))
}

# Stop: why it was ended, null when it ended by itself; then Code is its exit code (null: lost).
function Wait-StepProgram([Diagnostics.Process]$Process, [string]$Program, [hashtable]$Output, $StepDeadlineMs) {
    $script:Run.Tree = New-ProcessTree $Process $Program
    $stop = $null
    $startedAt = $script:Run.Clock.ElapsedMilliseconds
    $lookedAt = $readAt = [long]-1000
    while (-not $Process.WaitForExit(50)) {
        $now = $script:Run.Clock.ElapsedMilliseconds
        if ($now - $readAt -ge 250) { Read-StepOutput $Output $false; $readAt = $now }
        $stop = Get-StopReason $StepDeadlineMs
        if ($null -ne $stop) { break }
        if ($now - $lookedAt -ge (Get-LookInterval ($now - $startedAt))) { Watch-StepTree; $lookedAt = $now }
    }
    if ($null -ne $stop) { Stop-StepTree $Output.Index }
    Read-StepOutput $Output $true
    $script:Run.Tree = $null
    if ($null -ne $stop) { return @{ Stop = $stop; Code = $null } }
    return @{ Stop = $null; Code = Get-ProgramExitCode $Process }
}

# A child whose parent lived shorter than this is not recognised as ours. Most programs start theirs at the
# beginning; a look costs tens of milliseconds of WMI's time, too much to go on like that for an hour.
function Get-LookInterval([long]$AgeMs) {
    if ($AgeMs -lt 10000) { return 100 }
    if ($AgeMs -lt 60000) { return 500 }
    return 1000
}

function Watch-StepTree {
    Update-ProcessTree $script:Run.Tree
    Write-Watch $script:Run.Tree
}

# Unsigned, as Windows writes it down: .NET gives the same 32 bits signed.
function Get-ProgramExitCode([Diagnostics.Process]$Process) {
    try {
        return [long][BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$Process.ExitCode), 0)
    } catch [InvalidOperationException] {
        return $null
    }
}

function Stop-StepTree([int]$Index) {
    $tree = $script:Run.Tree
    Stop-ProcessTree $tree
    $busy = $false
    if (Test-InstallerUsed $tree) { $busy = -not (Wait-Installer) }
    if ($busy) { $script:Run.InstallerBusy = $true }
    if ($tree.Alive.Count -eq 0 -and -not $busy) { return }
    $survivors = @($tree.Alive | Select-Object -First 200 | ForEach-Object {
            [ordered]@{ pid = $_.Id; name = Limit-Text $_.Name 260 }
        })
    Write-Event 'kill.incomplete' ([ordered]@{ index = $Index; survivors = $survivors; installerBusy = $busy })
}
