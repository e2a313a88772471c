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
function Wait-StepProgram([Diagnostics.Process]$Process, [hashtable]$Launch, [hashtable]$Context) {
    $script:Run.Tree = New-ProcessTree $Process $Launch.Program
    $stop = $null
    $startedAt = $script:Run.Clock.ElapsedMilliseconds
    $lookedAt = $readAt = [long]-1000
    while (-not (Test-ProgramEnded $Process $Launch.WaitForChildren)) {
        $now = $script:Run.Clock.ElapsedMilliseconds
        if ($now - $readAt -ge 250) { Read-StepOutput $Context.Output $false; $readAt = $now }
        $stop = Get-StopReason $Context.DeadlineMs
        if ($null -ne $stop) { break }
        if ($now - $lookedAt -ge (Get-LookInterval ($now - $startedAt))) { Watch-StepTree; $lookedAt = $now }
    }
    if ($null -ne $stop) { Stop-StepTree $Context.Output.Index }
    Read-StepOutput $Context.Output $true
    $script:Run.Tree = $null
    if ($null -ne $stop) { return @{ Stop = $stop; Code = $null } }
    return @{ Stop = $null; Code = Get-ProgramExitCode $Process }
}

# A program that leaves its work to what it starts has ended only with that, where the author says so.
function Test-ProgramEnded([Diagnostics.Process]$Process, [bool]$WithChildren) {
    if (-not $Process.WaitForExit(50)) { return $false }
    if (-not $WithChildren) { return $true }
    Watch-StepTree
    if ($script:Run.Tree.Alive.Count -eq 0) { return $true }
    Start-Sleep -Milliseconds 250
    return $false
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
